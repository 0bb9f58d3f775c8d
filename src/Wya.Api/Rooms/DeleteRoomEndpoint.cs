using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;

namespace Wya.Api.Rooms;

internal static class DeleteRoomEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/rooms/{id}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "DeleteRoom",
            "Delete a room",
            "For good: nobody is shown anything of it any more. Its versions are kept unseen until the owner is erased.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid id, RoomCommand command, HttpContext http) =>
        command.Run(http, id, (room, door) => DeleteRoom.Decide(room, door.Doorway));
}
