using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Tests.Rooms;

/// <summary>Given what happened to a room, when somebody wants something there, then this is decided.</summary>
internal static class RoomSpec
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public static Visitor Mara { get; } = Person("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e");

    public static Visitor Noor { get; } = Person("0197a3c3-01aa-7f02-8c3d-9e8f7a6b5c4d");

    public static UserId Moderator { get; } = new(new Guid("0197a3c4-5f10-7aa1-b2c3-1d2e3f4a5b6c"));

    public static IReadOnlyList<RoomGuestModule> Guests { get; } =
        [new("book-1", GuestModuleKind.Guestbook), new("poll-1", GuestModuleKind.Poll, 3)];

    public static TakedownStatement Why { get; } = new("What.", "Facts.", "Ground.", "Appeal.");

    public static Visitor Person(string id, AgeLayer layer = AgeLayer.Adult) =>
        new(new UserId(new Guid(id)), layer, IsGone: false, null, null, IsGivenStyling: false, null);

    /// <summary>Mara before her own room.</summary>
    public static Doorway Own { get; } = new(Mara, Mara, AreFriends: false, AreApart: false);

    /// <summary>Somebody before Mara's.</summary>
    public static Doorway Of(Visitor guest, bool friends = false, bool apart = false) => new(guest, Mara, friends, apart);

    public static RoomCreated Created(RoomVisibility visibility = RoomVisibility.Public) => new(Mara.Id, visibility, IsFirst: true);

    public static RoomVersionPublished Published(int version) => new(version, "00", 2, Mara.Id);

    public static Room Given(params IReadOnlyList<RoomEvent> history) => Room.Stream.Fold(Room.NotCreated, history);

    public static void Then(this Decision<RoomEvent> decision, RoomEvent fact)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldHaveSingleItem().ShouldBe(fact);
    }

    public static void ThenNothing(this Decision<RoomEvent> decision)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldBeEmpty();
    }

    public static void ThenRefused(this Decision<RoomEvent> decision, Refusal why)
    {
        decision.Events.ShouldBeEmpty();
        decision.Refusal.ShouldBe(why);
    }
}
