using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowRoomEndpoint
{
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/rooms/{id}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromHeadSeen()
        .Describe(
            "ShowRoom",
            "Show where a room points to",
            "Which version it shows now, and where its object is, for this caller. May be held for a few seconds; the object itself never changes.")
        .Produces<RoomAnswer>()
        .ForExample(answer: ExampleRooms.Shown)
        .Refuses(RoomRefusals.RoomNotFound)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, RoomDoor doors, ContentAddresses addresses, HttpContext http)
    {
        (Door door, Problem? problem) = await doors.EnterToLook(http, new RoomId(id)).ConfigureAwait(false);
        return problem is null ? new TaggedAnswer<RoomAnswer>(RoomAnswer.Of(door, addresses), HeldFor) : problem;
    }
}
