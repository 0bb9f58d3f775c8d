using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>What has happened between two looks at somebody's presence.</summary>
public static class PresenceChange
{
    public static IReadOnlyList<PresenceEvent> Between(UserId user, PresenceSnapshot? before, PresenceSnapshot? after, DateTimeOffset now)
    {
        return [.. Types(before, after).Select(type => new PresenceEvent(type, user, now, after))];
    }

    private static IEnumerable<string> Types(PresenceSnapshot? before, PresenceSnapshot? after)
    {
        if (before?.RoomId is not null && before.RoomId != after?.RoomId)
        {
            yield return PresenceEventType.RoomExited;
        }

        if (before is null && after is not null)
        {
            yield return PresenceEventType.Joined;
        }

        if (before is not null && after is null)
        {
            yield return PresenceEventType.Left;
        }

        if (after?.RoomId is not null && before?.RoomId != after.RoomId)
        {
            yield return PresenceEventType.RoomEntered;
        }

        if (before is not null && after is not null)
        {
            if (before.LocationTier != after.LocationTier)
            {
                yield return PresenceEventType.MovedTier;
            }

            if (before.Activity != after.Activity || before.Status != after.Status)
            {
                yield return PresenceEventType.ActivityChanged;
            }
        }
    }
}
