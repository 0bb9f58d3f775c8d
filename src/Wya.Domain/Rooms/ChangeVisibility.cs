using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>Who may look from now on, at whatever version is shown.</summary>
public sealed record ChangeVisibility(RoomVisibility Visibility)
{
    public static Decision<RoomEvent> Decide(Room room, ChangeVisibility command, Doorway doorway)
    {
        if (doorway.RefuseOwner(room) is { } refused)
        {
            return refused;
        }

        return room.Visibility == command.Visibility ? Decision<RoomEvent>.Nothing : new RoomVisibilityChanged(command.Visibility);
    }
}
