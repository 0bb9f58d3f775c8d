using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class RollBackRoomEndpoint
{
    /// <param name="Version">One that was published and is not taken down.</param>
    internal sealed record Body(int Version);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/rooms/{id}/active-version", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe("RollBackRoom", "Show another version", "Moves the pointer, back or forth, and nothing else: the versions stay what they are.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(2))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom, RoomRefusals.VersionNotFound, RoomRefusals.VersionTakenDown)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, Body body, RoomCommand command, RoomsLog rooms, HttpContext http)
    {
        bool isPublished = await RoomHistories.Version(rooms.Database, new RoomId(id), body.Version, http.RequestAborted).ConfigureAwait(false) is not null;
        return await command.Run(
            http, id, (room, door) => RollBackRoom.Decide(room, new RollBackRoom(body.Version), isPublished, door.Doorway), body).ConfigureAwait(false);
    }
}
