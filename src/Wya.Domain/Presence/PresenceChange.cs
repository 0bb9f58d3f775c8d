using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>Somebody who is there: what their key says, and the stay that it comes from.</summary>
public sealed record Present(PresenceSnapshot Snapshot, Stay Stay);

/// <summary>What has happened between two looks at somebody's presence.</summary>
public static class PresenceChange
{
    /// <param name="strangersTier">As closely as strangers may come to know the place; null when not at all.</param>
    public static IReadOnlyList<PresenceEvent> Between(
        UserId user, Present? before, Present? after, LocationTier? strangersTier, DateTimeOffset now)
    {
        (PresenceSnapshot? then, PresenceSnapshot? snapshot) = (before?.Snapshot, after?.Snapshot);
        List<string> types = [];
        AddIf(then?.RoomId is not null && then.RoomId != snapshot?.RoomId, PresenceEventType.RoomExited);
        AddIf(then is null && snapshot is not null, PresenceEventType.Joined);
        AddIf(then is not null && snapshot is null, PresenceEventType.Left);
        AddIf(snapshot?.RoomId is not null && then?.RoomId != snapshot.RoomId, PresenceEventType.RoomEntered);
        if (then is not null && snapshot is not null)
        {
            bool hasMoved = then.LocationTier != snapshot.LocationTier || before!.Stay.Place?.Cell != after!.Stay.Place?.Cell;
            AddIf(hasMoved, PresenceEventType.MovedTier);
            AddIf(then.Activity != snapshot.Activity || then.Status != snapshot.Status, PresenceEventType.ActivityChanged);
        }

        return [.. types.Select(type => Told(type, user, after, strangersTier, now))];

        void AddIf(bool happened, string type)
        {
            if (happened)
            {
                types.Add(type);
            }
        }
    }

    /// <summary>What is told of somebody as they are now: no place finer than it is believed.</summary>
    public static PresenceEvent Told(string type, UserId user, Present? present, LocationTier? strangersTier, DateTimeOffset now)
    {
        Cell? place = present?.Stay.Place is { } known && known.TierAt(now) is { } believed ? known.Cell.Within(believed) : null;
        return new PresenceEvent(type, user, now, present?.Snapshot, strangersTier is { } tier ? place?.Within(tier).Hash : null, place?.Hash);
    }
}
