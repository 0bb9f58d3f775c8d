using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;

namespace Wya.Api.Rooms;

internal static class ChangeVisibilityEndpoint
{
    /// <param name="Visibility">Within the owner's age layer: everybody, friends, or the owner alone.</param>
    internal sealed record Body(RoomVisibility Visibility);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/rooms/{id}/visibility", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe("ChangeVisibility", "Change who may look at a room", "It holds with the next request; what was signed before is worth nothing any more.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(RoomVisibility.Friends))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid id, Body body, RoomCommand command, HttpContext http) =>
        command.Run(http, id, (room, door) => ChangeVisibility.Decide(room, new ChangeVisibility(body.Visibility), door.Doorway), body);
}
