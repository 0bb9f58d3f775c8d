using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowRoomsEndpoint
{
    /// <param name="Items">Oldest first; those that the caller may look at, and no others.</param>
    internal sealed record Rooms(IReadOnlyList<ListedRoom> Items);

    /// <param name="ActiveVersion">0 while there is nothing to show.</param>
    internal sealed record ListedRoom(RoomId Id, RoomVisibility Visibility, int ActiveVersion, DateTimeOffset UpdatedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/{id}/rooms", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromHeadSeen()
        .Describe(
            "ShowRooms",
            "Show a person's rooms",
            "One's own, or those of somebody else that the caller may look at. Of a person whom the caller does not meet there are none.")
        .Produces<Rooms>()
        .ForExample(answer: new Rooms([new ListedRoom(ExampleRooms.Id, RoomVisibility.Public, 3, ExamplePeople.Then)]))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, RoomDoor doors, RoomsLog rooms, HttpContext http)
    {
        (Door door, Problem? problem) = await doors.Enter(http, new UserId(id)).ConfigureAwait(false);
        problem ??= Freshness.Holds(http, rooms, door.Head);
        if (problem is not null)
        {
            return problem;
        }

        IReadOnlyList<RoomRow> found = await RoomHistories.RoomsOf(rooms.Database, new UserId(id), http.RequestAborted).ConfigureAwait(false);
        if (found.Count == 0 && door.Doorway.IsOwner && await doors.KnowsEverybody(http.RequestAborted).ConfigureAwait(false))
        {
            found = await RoomHistories.RoomsOf(rooms.Database, new UserId(id), http.RequestAborted).ConfigureAwait(false);
        }

        return TypedResults.Ok(new Rooms(
        [
            .. found.Where(room => door.Doorway.MayLook(room.Seen))
                .Select(room => new ListedRoom(new RoomId(room.RoomId), room.Seen, room.ActiveVersion, room.UpdatedAt)),
        ]));
    }
}
