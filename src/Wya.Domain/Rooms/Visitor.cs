using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>A person as rooms know them: from their own rows, which follow what the other domains announce.</summary>
/// <param name="IsGone">Banned, erased, or waiting to be erased: whatever is theirs is shown to nobody else.</param>
/// <param name="MutedUntil">The latest end of what Safety has restricted; <see cref="DateTimeOffset.MaxValue"/> for one without an end.</param>
/// <param name="CreatingRestrictedUntil">Until then <c>room.create</c>, which everybody has, is taken away.</param>
/// <param name="IsGivenStyling">Was granted <c>room.customize.css</c>.</param>
/// <param name="StylingRestrictedUntil">Until then it is taken away again.</param>
public sealed record Visitor(
    UserId Id,
    AgeLayer AgeLayer,
    bool IsGone,
    DateTimeOffset? MutedUntil,
    DateTimeOffset? CreatingRestrictedUntil,
    bool IsGivenStyling,
    DateTimeOffset? StylingRestrictedUntil)
{
    public bool MayCreate(DateTimeOffset now) => !(now < CreatingRestrictedUntil);

    public bool MayStyle(DateTimeOffset now) => IsGivenStyling && !(now < StylingRestrictedUntil);

    public bool IsMuted(DateTimeOffset now) => now < MutedUntil;
}

/// <summary>Somebody before a room, and what stands between them and whose it is.</summary>
/// <param name="Owner">Null when rooms know nobody of that id.</param>
/// <param name="AreApart">One of the two has blocked the other.</param>
public sealed record Doorway(Visitor Self, Visitor? Owner, bool AreFriends, bool AreApart)
{
    public bool IsOwner => Owner?.Id == Self.Id;

    /// <summary>They exist for each other: of one age layer now, and neither has blocked the other.</summary>
    private bool Meet => Owner is { IsGone: false } && Owner.AgeLayer == Self.AgeLayer && !AreApart;

    /// <summary>The one rule of who looks at what.</summary>
    public bool MayLook(RoomVisibility visibility) => IsOwner || (Meet && visibility switch
    {
        RoomVisibility.Public => true,
        RoomVisibility.Friends => AreFriends,
        RoomVisibility.Private => false,
        _ => throw new ArgumentOutOfRangeException(nameof(visibility), visibility, null),
    });

    /// <summary>For what only the owner does.</summary>
    /// <returns>Null when this is them, and the room is there.</returns>
    public Refusal? RefuseOwner(Room room) => room.IsThere ? RefuseOwner(room.Visibility) : RoomRefusals.RoomNotFound;

    /// <inheritdoc cref="RefuseOwner(Room)"/>
    public Refusal? RefuseOwner(RoomVisibility visibility) =>
        IsOwner ? null : MayLook(visibility) ? RoomRefusals.NotYourRoom : RoomRefusals.RoomNotFound;
}
