using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

/// <summary>What is done to a room that is there: its doer comes to the door, and it is decided on the room's stream.</summary>
internal sealed class RoomCommand(RoomDoor doors, RoomsLog rooms)
{
    /// <param name="answer">Nothing but 204 when it is left out.</param>
    public async Task<IResult> Run(
        HttpContext http,
        Guid room,
        Func<Room, Door, Decision<RoomEvent>> decide,
        object? content = null,
        Func<Command.Done<Room>, IResult>? answer = null)
    {
        (Door door, Problem? problem) = await doors.Enter(http, new RoomId(room)).ConfigureAwait(false);
        return problem ?? await Command.Run(
            http, rooms, Room.Stream, room, state => decide(state, door), content, answer ?? (_ => TypedResults.NoContent())).ConfigureAwait(false);
    }
}
