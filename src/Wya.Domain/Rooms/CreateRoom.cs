using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <param name="Visibility">As the owner's age layer has it, when it is left out.</param>
public sealed record CreateRoom(RoomVisibility? Visibility = null)
{
    /// <param name="rooms">That the owner has already.</param>
    public static Decision<RoomEvent> Decide(Room room, CreateRoom command, Visitor owner, int rooms, DateTimeOffset now)
    {
        if (room.OwnerId == owner.Id)
        {
            return Decision<RoomEvent>.Nothing;
        }

        if (!owner.MayCreate(now))
        {
            return RoomRefusals.CapabilityMissing(Capability.RoomCreate);
        }

        return rooms < RoomPolicy.RoomsMax
            ? new RoomCreated(owner.Id, command.Visibility ?? RoomPolicy.For(owner.AgeLayer).FirstVisibility, IsFirst: false)
            : RoomRefusals.RoomsFull;
    }

    /// <summary>The one that everybody is given when they register.</summary>
    public static Decision<RoomEvent> DecideFirst(Room room, UserId owner, AgeLayer layer) =>
        room.OwnerId is null ? new RoomCreated(owner, RoomPolicy.For(layer).FirstVisibility, IsFirst: true) : Decision<RoomEvent>.Nothing;
}
