using System.Text.Json.Serialization;
using Wya.Domain.Identity.Events;

namespace Wya.Domain.Presence.Events;

/// <summary>
/// What the key <c>presence:{user_id}</c> holds while somebody is there, and nothing else: no place, no history.
/// </summary>
/// <param name="LocationTier">How closely the place is known to the house; left out while it is not.</param>
/// <param name="RoomId">The room that they are in; null in none.</param>
public sealed record PresenceSnapshot(
    PresenceStatus Status,
    Activity Activity,
    LocationTier? LocationTier = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Guid? RoomId = null,
    DateTimeOffset UpdatedAt = default);

/// <summary>Something that happened to a presence: told to whoever listens at that moment, and stored nowhere.</summary>
/// <param name="Type">One of <see cref="PresenceEventType"/>.</param>
/// <param name="Snapshot">As it is now; null for who has left.</param>
/// <param name="Cell">Geohash of the place as far as strangers may come to know it; for the house alone, shown to nobody.</param>
/// <param name="FriendsCell">The same, as far as friends may: no finer than the person shares at all.</param>
public sealed record PresenceEvent(
    string Type, UserId UserId, DateTimeOffset Time, PresenceSnapshot? Snapshot = null, string? Cell = null, string? FriendsCell = null);

public static class PresenceEventType
{
    public const string Joined = "presence.joined";
    public const string Left = "presence.left";
    public const string RoomEntered = "presence.room_entered";
    public const string RoomExited = "presence.room_exited";
    public const string MovedTier = "presence.moved_tier";
    public const string ActivityChanged = "presence.activity_changed";
}
