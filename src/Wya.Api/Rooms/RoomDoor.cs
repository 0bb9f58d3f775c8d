using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

/// <summary>Lets people to rooms: every request about one passes here, and is answered from rooms' own rows of this moment.</summary>
internal sealed class RoomDoor(RoomsLog rooms)
{
    /// <summary>The caller before a room, which may not exist for them; or the problem that rooms do not know the caller yet.</summary>
    public Task<(Door Door, Problem? Problem)> Enter(HttpContext http, RoomId room) =>
        Enter(http, ct => RoomDoors.OfRoom(rooms.Database, http.Caller().Id, room, ct));

    /// <summary>The caller before a person.</summary>
    public Task<(Door Door, Problem? Problem)> Enter(HttpContext http, UserId owner) =>
        Enter(http, ct => RoomDoors.OfPerson(rooms.Database, http.Caller().Id, owner, ct));

    /// <summary>The caller before a room that they may look at.</summary>
    public async Task<(Door Door, Problem? Problem)> EnterToLook(HttpContext http, RoomId room)
    {
        (Door door, Problem? problem) = await Enter(http, room).ConfigureAwait(false);
        return (door, problem ?? Freshness.Holds(http, rooms, door.Head) ?? (door.MayLook ? null : Problem.Of(RoomRefusals.RoomNotFound)));
    }

    /// <summary>The caller before a room of their own.</summary>
    public async Task<(Door Door, Problem? Problem)> EnterAsOwner(HttpContext http, RoomId room)
    {
        (Door door, Problem? problem) = await Enter(http, room).ConfigureAwait(false);
        problem ??= door.Room is null ? Problem.Of(RoomRefusals.RoomNotFound)
            : door.Doorway.RefuseOwner(door.Room.Visibility) is { } refused ? Problem.Of(refused) : null;
        return (door, problem);
    }

    /// <summary>Somebody may have registered a moment ago: waits, a moment only, until rooms have heard of everybody, and given them theirs.</summary>
    public Task<bool> KnowsEverybody(CancellationToken ct) => rooms.HasHeard(ct, RoomsDomain.People, RoomFollower.Name);

    private async Task<(Door Door, Problem? Problem)> Enter(HttpContext http, Func<CancellationToken, Task<Door>> read)
    {
        Door door = await read(http.RequestAborted).ConfigureAwait(false);
        if (door.Self is null && await KnowsEverybody(http.RequestAborted).ConfigureAwait(false))
        {
            door = await read(http.RequestAborted).ConfigureAwait(false);
        }

        return (door, door.Self is null ? Problems.NotKnownYet : null);
    }
}
