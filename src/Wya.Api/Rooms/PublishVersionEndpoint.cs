using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class PublishVersionEndpoint
{
    /// <param name="Note">For the history, which the owner alone sees: at most 200 characters.</param>
    internal sealed record Body(string? Note = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/rooms/{id}/versions", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: true)
        .Describe(
            "PublishVersion",
            "Publish the draft as a new version",
            "Visitors see it from now on; it never changes any more. With If-Match only that draft is published. "
            + "Sent again under its key, a publication that was broken off is finished, as it was.")
        .Produces<PublishedVersion>(StatusCodes.Status201Created)
        .ForExample(new Body("Autumn"), PublishedVersion.Example)
        .RefusesPublishing()
        .Refuses(Problem.Of(RoomRefusals.DraftNotFound), Problems.DraftChanged);

    private static async Task<IResult> Answer(Guid id, Body body, Publishing publishing, RoomsLog rooms, HttpContext http)
    {
        if (body.Note is { } note && !PublishVersion.IsNote(note))
        {
            return Problem.Of(RoomRefusals.NoteInvalid);
        }

        return await publishing.Publish(
            http,
            new RoomId(id),
            body.Note,
            null,
            body,
            async (_, ct) => await RoomDrafts.Find(rooms.Database, new RoomId(id), ct).ConfigureAwait(false) is not { Json: { } json } draft
                ? new Publishing.Source(null, Problem.Of(RoomRefusals.DraftNotFound))
                : DraftTag.IfMatch(http.Request) is { IsSaid: true } condition && condition.Held != draft.Revision
                    ? new Publishing.Source(null, Problems.DraftChanged)
                    : new Publishing.Source(json, null)).ConfigureAwait(false);
    }
}
