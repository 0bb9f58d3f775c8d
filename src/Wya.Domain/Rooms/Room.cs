using System.Collections.Immutable;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <param name="ActionId">Names it in its reversal.</param>
/// <param name="HidWhatWasShown">Visitors saw this version, and the owner has shown them nothing of their choosing since.</param>
public sealed record Takedown(Guid ActionId, bool HidWhatWasShown);

/// <summary>What decisions about a room need to know: whose it is, who may look, and what is shown. Nothing of its contents.</summary>
/// <param name="OwnerId">Null until it is created.</param>
/// <param name="ActiveVersion">0 while there is nothing to show.</param>
/// <param name="TakenDown">By version. It grows by what moderators decide, and by nothing else.</param>
public sealed record Room(
    UserId? OwnerId, RoomVisibility Visibility, bool IsDeleted, int ActiveVersion, ImmutableSortedDictionary<int, Takedown> TakenDown)
{
    public static Room NotCreated { get; } = new(null, RoomVisibility.Private, IsDeleted: false, 0, ImmutableSortedDictionary<int, Takedown>.Empty);

    /// <summary>What guests leave does not change what may happen next: a full guestbook costs the owner nothing.</summary>
    public static StreamType<Room, RoomEvent> Stream { get; } = new("room", NotCreated, Evolve, passing: "guest.");

    public bool IsThere => OwnerId is not null && !IsDeleted;

    public static Room Evolve(Room room, RoomEvent fact) => fact switch
    {
        RoomCreated created => room with { OwnerId = created.OwnerId, Visibility = created.Visibility },
        RoomVersionPublished published => Show(room, published.Version),
        RoomVersionAbandoned => room,
        RoomRolledBack rolledBack => Show(room, rolledBack.Version),
        RoomVisibilityChanged changed => room with { Visibility = changed.Visibility },
        RoomDeleted => room with { IsDeleted = true, ActiveVersion = 0 },
        RoomVersionTakenDown taken => room with
        {
            ActiveVersion = taken.ActiveVersion,
            TakenDown = room.TakenDown.SetItem(taken.Version, new Takedown(taken.ActionId, room.ActiveVersion == taken.Version)),
        },
        RoomVersionReinstated reinstated => room with
        {
            ActiveVersion = reinstated.ActiveVersion,
            TakenDown = room.TakenDown.Remove(reinstated.Version),
        },
        GuestEvent => room,
        _ => throw new InvalidOperationException($"A room does not know {fact.GetType().Name}."),
    };

    /// <summary>What the owner chose themselves, no reversal takes away again.</summary>
    private static Room Show(Room room, int version) => room with
    {
        ActiveVersion = version,
        TakenDown = room.TakenDown.Values.Any(takedown => takedown.HidWhatWasShown)
            ? room.TakenDown.ToImmutableSortedDictionary(one => one.Key, one => one.Value with { HidWhatWasShown = false })
            : room.TakenDown,
    };
}
