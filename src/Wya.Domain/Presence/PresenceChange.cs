using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>What has happened between two looks at somebody's presence.</summary>
public static class PresenceChange
{
    public static IReadOnlyList<PresenceEvent> Between(UserId user, PresenceSnapshot? before, PresenceSnapshot? after, DateTimeOffset now)
    {
        List<string> types = [];
        AddIf(before?.RoomId is not null && before.RoomId != after?.RoomId, PresenceEventType.RoomExited);
        AddIf(before is null && after is not null, PresenceEventType.Joined);
        AddIf(before is not null && after is null, PresenceEventType.Left);
        AddIf(after?.RoomId is not null && before?.RoomId != after.RoomId, PresenceEventType.RoomEntered);
        if (before is not null && after is not null)
        {
            AddIf(before.LocationTier != after.LocationTier, PresenceEventType.MovedTier);
            AddIf(before.Activity != after.Activity || before.Status != after.Status, PresenceEventType.ActivityChanged);
        }

        return [.. types.Select(type => new PresenceEvent(type, user, now, after))];

        void AddIf(bool happened, string type)
        {
            if (happened)
            {
                types.Add(type);
            }
        }
    }
}
