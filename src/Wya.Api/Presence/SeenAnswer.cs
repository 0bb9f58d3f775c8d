using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;

namespace Wya.Api.Presence;

/// <summary>A person's presence as the caller may see it. It has no times: who is there is there now, or was a moment ago.</summary>
/// <param name="Status">Of friends alone.</param>
/// <param name="Activity">Left out for who is not there, or cannot be seen: the two look the same.</param>
/// <param name="LocationTier">How near they are; left out when it is not known, or not shared by both.</param>
/// <param name="RoomId">Of friends alone: the room that they are in.</param>
internal sealed record SeenAnswer(UserId UserId, PresenceStatus? Status = null, Activity? Activity = null, LocationTier? LocationTier = null, Guid? RoomId = null)
{
    public static SeenAnswer Example { get; } = new(
        ExamplePeople.MaraId, PresenceStatus.Online, Domain.Presence.Events.Activity.Chatting, Domain.Presence.Events.LocationTier.Local);

    public static SeenAnswer Of(Guid user, Seen seen) => new(new UserId(user), seen.Status, seen.Activity, seen.LocationTier, seen.RoomId);
}
