using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowVersionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/rooms/{id}/versions/{version:int}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ShowVersion",
            "Show a version of a room",
            "Leads on to its object: at an address that stays for a public room of an adult, and at one that is signed for five minutes for every other. "
            + "Visitors are led to what is shown now; the owner to any version of theirs that is not taken down.")
        .Produces(StatusCodes.Status302Found)
        .Produces(StatusCodes.Status200OK)
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.VersionNotFound)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, int version, RoomDoor doors, RoomsLog rooms, ContentAddresses addresses, HttpContext http)
    {
        var room = new RoomId(id);
        (Door door, Problem? problem) = await doors.Enter(http, room).ConfigureAwait(false);
        if (problem is not null || !door.MayLook)
        {
            return problem ?? Problem.Of(RoomRefusals.RoomNotFound);
        }

        bool isShown = door.Room!.Active?.Version == version;
        if (!isShown
            && !(door.Doorway.IsOwner
                && await RoomHistories.Version(rooms.Database, room, version, http.RequestAborted).ConfigureAwait(false) is { TakenDownAt: null }))
        {
            return Problem.Of(RoomRefusals.VersionNotFound);
        }

        return TypedResults.Redirect(addresses.Of(door, version));
    }
}
