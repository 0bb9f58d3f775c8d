using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <summary>Gives everybody a room when they register, and takes down the doors of who is erased. Each once, by its event's id.</summary>
public sealed class RoomFollower(IEventStore rooms)
{
    public const string Name = "RoomsOfPeople";

    /// <summary>From the id of the registration, which nobody is told: a room's id says nothing, and cannot be made from its owner's.</summary>
    public static Guid FirstRoomOf(Guid registration) => EventIds.ForCommand("system", "first room", registration.ToString("n"));

    public Effect? Handle(RecordedEvent recorded) => recorded.Data switch
    {
        UserCreated created => (_, ct) => Send(
            FirstRoomOf(recorded.Id), recorded, room => CreateRoom.DecideFirst(room, new UserId(recorded.StreamId), created.AgeLayer), ct),
        UserErased => (transaction, ct) => Close(recorded, transaction, ct),
        _ => null,
    };

    private async Task Close(RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        List<Guid> theirs = [];
        await using (var command = new NpgsqlCommand("select room_id from public.rooms where owner_id = $1", transaction.Connection, transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = recorded.StreamId });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                theirs.Add(reader.GetGuid(0));
            }
        }

        foreach (Guid room in theirs)
        {
            await Send(room, recorded, state => DeleteRoom.DecideErased(state, new UserId(recorded.StreamId)), ct).ConfigureAwait(false);
        }
    }

    private async Task Send(Guid room, RecordedEvent source, Func<Room, Decision<RoomEvent>> decide, CancellationToken ct)
    {
        Guid command = EventIds.ForCommand("system", $"room {source.Type}", $"{source.Id:n} {room:n}");
        if ((await rooms.Answer(Room.Stream, room, command, decide, ct, cause: source).ConfigureAwait(false)).Refusal is { } refusal)
        {
            throw new IOException($"A room was not given or closed: {refusal.Code}.");
        }
    }
}
