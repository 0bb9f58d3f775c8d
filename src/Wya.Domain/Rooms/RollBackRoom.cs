using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>Only the pointer moves: the versions stay what they are.</summary>
public sealed record RollBackRoom(int Version)
{
    /// <param name="isPublished">The version has been; a version that has been always has.</param>
    public static Decision<RoomEvent> Decide(Room room, RollBackRoom command, bool isPublished, Doorway doorway)
    {
        if (doorway.RefuseOwner(room) is { } refused)
        {
            return refused;
        }

        if (!isPublished)
        {
            return RoomRefusals.VersionNotFound;
        }

        if (room.TakenDown.ContainsKey(command.Version))
        {
            return RoomRefusals.VersionTakenDown;
        }

        return room.ActiveVersion == command.Version
            ? Decision<RoomEvent>.Nothing
            : new RoomRolledBack(command.Version, doorway.Self.Id);
    }
}
