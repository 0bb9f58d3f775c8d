using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>By a moderator, whose statement stands in the owner's record. One version, and not the room.</summary>
public sealed record TakeDownVersion(int Version, Guid ActionId, TakedownStatement Statement)
{
    /// <param name="isPublished">The version has been.</param>
    /// <param name="before">The newest earlier version that is not taken down; 0 for none.</param>
    public static Decision<RoomEvent> Decide(Room room, TakeDownVersion command, bool isPublished, int before, UserId moderator)
    {
        if (!room.IsThere)
        {
            return RoomRefusals.RoomNotFound;
        }

        if (!isPublished)
        {
            return RoomRefusals.VersionNotFound;
        }

        if (room.TakenDown.ContainsKey(command.Version))
        {
            return Decision<RoomEvent>.Nothing;
        }

        int shown = room.ActiveVersion != command.Version ? room.ActiveVersion : room.TakenDown.ContainsKey(before) ? 0 : before;
        return new RoomVersionTakenDown(
            command.Version, command.ActionId, moderator, shown, new Sensitive<TakedownStatement>(room.OwnerId!.Value.Value, command.Statement));
    }
}

/// <summary>The decision was wrong: what it hid is shown again, unless the owner has chosen something else since.</summary>
public sealed record ReinstateVersion(int Version)
{
    public static Decision<RoomEvent> Decide(Room room, ReinstateVersion command, UserId moderator)
    {
        if (!room.IsThere)
        {
            return RoomRefusals.RoomNotFound;
        }

        return room.TakenDown.TryGetValue(command.Version, out Takedown? takedown)
            ? new RoomVersionReinstated(
                command.Version, takedown.ActionId, takedown.HidWhatWasShown ? command.Version : room.ActiveVersion, moderator)
            : Decision<RoomEvent>.Nothing;
    }
}
