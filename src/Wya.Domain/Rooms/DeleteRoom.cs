using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>For good: nobody is shown anything of it any more.</summary>
public sealed record DeleteRoom
{
    public static Decision<RoomEvent> Decide(Room room, Doorway doorway)
    {
        if (room.IsDeleted && room.OwnerId == doorway.Self.Id)
        {
            return Decision<RoomEvent>.Nothing;
        }

        return doorway.RefuseOwner(room) is { } refused ? refused : new RoomDeleted(doorway.Self.Id);
    }

    /// <summary>With whose it was.</summary>
    public static Decision<RoomEvent> DecideErased(Room room, UserId owner) =>
        room.IsThere && room.OwnerId == owner ? new RoomDeleted(owner) : Decision<RoomEvent>.Nothing;
}
