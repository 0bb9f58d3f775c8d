using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class CreateRoomEndpoint
{
    /// <param name="Visibility">As the caller's age layer has it, when it is left out: minors' rooms are for friends.</param>
    internal sealed record Body(RoomVisibility? Visibility = null);

    /// <param name="Visibility">Who may look.</param>
    internal sealed record CreatedRoom(RoomId Id, RoomVisibility Visibility);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/rooms", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: true)
        .Describe(
            "CreateRoom",
            "Create another room",
            "Beside the one that everybody is given. It shows nothing until a version of it is published.")
        .Produces<CreatedRoom>(StatusCodes.Status201Created)
        .ForExample(new Body(RoomVisibility.Friends), new CreatedRoom(ExampleRooms.Id, RoomVisibility.Friends))
        .Refuses(RoomRefusals.RoomsFull, RoomRefusals.CapabilityMissing(Capability.RoomCreate))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Body body, RoomDoor doors, RoomsLog rooms, TimeProvider clock, HttpContext http)
    {
        (Door door, Problem? problem) = await doors.Enter(http, http.Caller().Id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        // Of two at the same moment both may pass: a room too many harms nobody.
        int count = (await RoomHistories.RoomsOf(rooms.Database, http.Caller().Id, http.RequestAborted).ConfigureAwait(false)).Count;
        DateTimeOffset now = clock.GetUtcNow();
        return await Command.Run(
            http,
            rooms,
            Room.Stream,
            Guid.CreateVersion7(now),
            room => CreateRoom.Decide(room, new CreateRoom(body.Visibility), door.Self!, count, now),
            content: body,
            answer: done => TypedResults.Created($"/rooms/{done.StreamId}", new CreatedRoom(new RoomId(done.StreamId), done.State.Visibility))).ConfigureAwait(false);
    }
}
