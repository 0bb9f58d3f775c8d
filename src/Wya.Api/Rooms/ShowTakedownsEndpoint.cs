using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowTakedownsEndpoint
{
    /// <param name="Items">Newest first, at most 100.</param>
    internal sealed record Takedowns(IReadOnlyList<ShownTakedown> Items);

    /// <param name="ReinstatedAt">When it was reversed; left out while it stands.</param>
    internal sealed record ShownTakedown(
        Guid ActionId, int Version, DateTimeOffset TakenDownAt, TakedownStatement? Statement = null, DateTimeOffset? ReinstatedAt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/rooms/{id}/takedowns", Answer)
        .RequireSignIn()
        .AnswersFromHeadSeen()
        .Describe("ShowTakedowns", "Show what was taken down in a room of mine", "Each decision with its whole statement: what, on what facts, on what ground, and how to appeal.")
        .Produces<Takedowns>()
        .ForExample(answer: new Takedowns([new ShownTakedown(ExampleRooms.Entry, 3, ExamplePeople.Then, ExampleRooms.Statement)]))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, RoomDoor doors, RoomsLog rooms, HttpContext http)
    {
        (Door door, Problem? problem) = await doors.EnterAsOwner(http, new RoomId(id)).ConfigureAwait(false);
        problem ??= Freshness.Holds(http, rooms, door.Head);
        if (problem is not null)
        {
            return problem;
        }

        IReadOnlyList<TakedownView> found = await RoomHistories.Takedowns(rooms.Database, new RoomId(id), Limits.PageItemsMax, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new Takedowns(
            [.. found.Select(one => new ShownTakedown(one.Row.ActionId, one.Row.Version, one.Row.TakenDownAt, one.Statement, one.Row.ReinstatedAt))]));
    }
}
