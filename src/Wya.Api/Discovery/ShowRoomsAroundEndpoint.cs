using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Discovery;

internal static class ShowRoomsAroundEndpoint
{
    /// <param name="WithFriends">Rooms with friends of the caller in them.</param>
    /// <param name="NearBy">Public rooms with at least five people in them who are near the caller.</param>
    /// <param name="Recent">Public rooms, the one published last first.</param>
    internal sealed record Rooms(IReadOnlyList<Room> WithFriends, IReadOnlyList<Room> NearBy, IReadOnlyList<Room> Recent);

    /// <param name="Owner">The owner's handle.</param>
    /// <param name="Friends">The handles of friends of the caller who are in it now.</param>
    internal sealed record Room(Guid RoomId, UserId OwnerId, string Owner, IReadOnlyList<string> Friends)
    {
        public static Room Of(FoundRoom found) => new(found.Id, new UserId(found.OwnerId), found.Owner, found.Friends);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/discovery/rooms", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ShowRoomsAround",
            "See rooms around me",
            "Three lists of at most 20 rooms each, and no more behind them, of owners whom the caller may find: with friends in them, with people near by in them, and published lately.")
        .Produces<Rooms>()
        .ForExample(answer: new Rooms([new Room(Guid.Parse("0197a3c8-8d11-7f3a-8f0e-2b7d5c9a6e42"), ExamplePeople.MaraId, "mara", ["noor"])], [], []))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(RoomsAround around, TownWatch watch, HttpContext http)
    {
        if (http.Caller() is not { AgeLayer: { } layer } caller)
        {
            return Problems.NotKnownYet;
        }

        if (!watch.IsCurrent)
        {
            Degraded.Write(http.Response, "presence");
        }

        FoundRooms found = await around.Find(caller.Id, layer, caller.Holds(Capability.DiscoveryProfiles), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new Rooms([.. found.WithFriends.Select(Room.Of)], [.. found.NearBy.Select(Room.Of)], [.. found.Recent.Select(Room.Of)]));
    }
}
