using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class RestoreVersionEndpoint
{
    /// <param name="Note">For the history, which the owner alone sees: at most 200 characters.</param>
    internal sealed record Body(string? Note = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/rooms/{id}/versions/{version:int}/restore", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: true)
        .Describe(
            "RestoreVersion",
            "Publish an old version anew",
            "Its contents become a new version, checked by the rules of today. To show the old one itself, move the pointer instead.")
        .Produces<PublishedVersion>(StatusCodes.Status201Created)
        .ForExample(new Body("As it was in spring"), PublishedVersion.Example)
        .RefusesPublishing()
        .Refuses(RoomRefusals.VersionNotFound, RoomRefusals.VersionTakenDown);

    private static async Task<IResult> Answer(Guid id, int version, Body body, Publishing publishing, RoomsLog rooms, StoredVersions stored, HttpContext http)
    {
        var room = new RoomId(id);
        if (body.Note is { } note && !PublishVersion.IsNote(note))
        {
            return Problem.Of(RoomRefusals.NoteInvalid);
        }

        return await publishing.Publish(
            http,
            room,
            body.Note,
            version,
            body,
            async (_, ct) => await RoomHistories.Version(rooms.Database, room, version, ct).ConfigureAwait(false) switch
            {
                null => new Publishing.Source(null, Problem.Of(RoomRefusals.VersionNotFound)),
                { TakenDownAt: not null } => new Publishing.Source(null, Problem.Of(RoomRefusals.VersionTakenDown)),
                { } row => new Publishing.Source(await stored.Read(row, ct).ConfigureAwait(false), null),
            }).ConfigureAwait(false);
    }
}
