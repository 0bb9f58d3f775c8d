using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowDraftEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/rooms/{id}/draft", Answer)
        .RequireSignIn()
        .Describe("ShowDraft", "Show the draft of a room", "To its owner, as it was saved. Its tag is what the next save must name.")
        .Produces<object>()
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom, RoomRefusals.DraftNotFound)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, RoomDoor doors, RoomsLog rooms, HttpContext http)
    {
        (_, Problem? problem) = await doors.EnterAsOwner(http, new RoomId(id)).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        RoomDraft? draft = await RoomDrafts.Find(rooms.Database, new RoomId(id), http.RequestAborted).ConfigureAwait(false);
        if (draft?.Json is null)
        {
            return Problem.Of(RoomRefusals.DraftNotFound);
        }

        http.Response.Headers.ETag = DraftTag.Of(draft.Revision);
        return TypedResults.Bytes(draft.Json, "application/json; charset=utf-8");
    }
}
