using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class DiscardDraftEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/rooms/{id}/draft", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .Describe("DiscardDraft", "Discard the draft of a room", "For good. What is published stays.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, RoomDoor doors, RoomsLog rooms, HttpContext http)
    {
        (_, Problem? problem) = await doors.EnterAsOwner(http, new RoomId(id)).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        await RoomDrafts.Discard(rooms.Database, new RoomId(id), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
