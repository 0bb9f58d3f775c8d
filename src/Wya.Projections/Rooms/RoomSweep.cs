using Npgsql;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Rooms.Objects;

namespace Wya.Projections.Rooms;

/// <param name="Reservations">Given up: they were old, and nothing had come of them.</param>
/// <param name="Objects">Removed with them.</param>
/// <param name="Returned">Removed although they had been before: somebody wrote them after all, too late to announce them.</param>
/// <param name="Announced">Had been announced; only their reservation was left.</param>
public sealed record Swept(int Reservations, int Objects, int Returned, int Announced)
{
    public bool IsNone => Reservations + Returned + Announced == 0;
}

/// <summary>
/// Removes what broken publications left behind. One that is given up is first recorded as such, under the id that its
/// announcement would have: from then on it cannot be announced, so its object can go. Only then is it removed. A publisher
/// who was held up and writes the object once more is refused by the log and removes it again; if they are killed before
/// that, the next look at what has been swept finds it.
/// </summary>
public sealed class RoomSweep(LogDatabase rooms, IEventStore store, IObjects objects, TimeProvider clock)
{
    /// <summary>How long what was swept is looked after again: nobody is held up for so long.</summary>
    public static readonly TimeSpan LooksAgainFor = TimeSpan.FromDays(7);

    private const string Columns = "command_id, room_id, version";

    private sealed record Row(Guid CommandId, RoomId RoomId, int Version)
    {
        public string Key => RoomObject.Key(RoomId, Version);
    }

    private enum Fate
    {
        Removed,
        NothingThere,
        Announced,
    }

    /// <param name="age">Younger ones may still be under way.</param>
    public async Task<Swept> Run(TimeSpan age, CancellationToken ct = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        int returned = await LookAgain(now, ct).ConfigureAwait(false);
        List<Fate> fates = [];
        while (await One($"swept_at is null and touched_at <= $1 order by touched_at", (now - age).UtcDateTime, ct).ConfigureAwait(false) is { } fate)
        {
            fates.Add(fate);
        }

        var swept = new Swept(
            fates.Count(fate => fate != Fate.Announced), fates.Count(fate => fate == Fate.Removed), returned, fates.Count(fate => fate == Fate.Announced));
        RoomTelemetry.Swept(swept);
        return swept;
    }

    /// <summary>One, whatever its age: it was refused, or its owner is erased.</summary>
    public async Task GiveUp(Guid commandId, CancellationToken ct = default) =>
        await One("swept_at is null and command_id = $1", commandId, ct).ConfigureAwait(false);

    /// <summary>Its row is locked meanwhile, so that two sweeps do not count one object twice, and a publisher waits.</summary>
    /// <returns>Null when there is none.</returns>
    private async Task<Fate?> One<T>(string which, T parameter, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await rooms.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        Row? row = null;
        await using (var command = new NpgsqlCommand($"select {Columns} from public.room_reservations where {which} limit 1 for update skip locked", connection, transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = parameter });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            if (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                row = Read(reader);
            }
        }

        if (row is null)
        {
            return null;
        }

        Fate fate = await Conclude(row, ct).ConfigureAwait(false);
        await using (var command = new NpgsqlCommand(
            fate == Fate.Announced
                ? "delete from public.room_reservations where command_id = $1"
                : "update public.room_reservations set swept_at = $2, manuscript = null, fingerprint = null where command_id = $1",
            connection,
            transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = row.CommandId });
            if (fate != Fate.Announced)
            {
                command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
            }

            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }

        await transaction.CommitAsync(ct).ConfigureAwait(false);
        return fate;
    }

    private async Task<Fate> Conclude(Row row, CancellationToken ct)
    {
        AppendOutcome outcome = await store.Append(
            new Append(
                CommandMetadata.System(row.CommandId),
                new StreamAppend(row.RoomId.Value, Domain.Rooms.Room.Stream.Name, ExpectedVersion.Any, [new RoomVersionAbandoned(row.Version)])),
            ct).ConfigureAwait(false);
        bool isGivenUp = outcome switch
        {
            AppendOutcome.Appended => true,
            AppendOutcome.Duplicate { First.Data: RoomVersionAbandoned } => true, // by a sweep that was broken off here
            AppendOutcome.Duplicate => false,
            _ => throw new IOException("The log of rooms did not take that a version is given up."),
        };
        return !isGivenUp ? Fate.Announced
            : await Remove(row, ct).ConfigureAwait(false) ? Fate.Removed
            : Fate.NothingThere;
    }

    private async Task<int> LookAgain(DateTimeOffset now, CancellationToken ct)
    {
        List<Row> rows = [];
        await using (NpgsqlCommand command = rooms.DataSource.CreateCommand(
            $"""
            with forgotten as (delete from public.room_reservations where swept_at <= $1)
            select {Columns} from public.room_reservations where swept_at > $1
            """))
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (now - LooksAgainFor).UtcDateTime });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                rows.Add(Read(reader));
            }
        }

        int returned = 0;
        foreach (Row row in rows)
        {
            returned += await Remove(row, ct).ConfigureAwait(false) ? 1 : 0;
        }

        return returned;
    }

    /// <summary>Never what a version refers to, whatever the reservations say.</summary>
    private async Task<bool> Remove(Row row, CancellationToken ct)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            "select exists (select from public.room_versions where room_id = $1 and version = $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = row.RoomId.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = row.Version });
        return !(bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))! && await objects.Delete(row.Key, ct).ConfigureAwait(false);
    }

    private static Row Read(NpgsqlDataReader reader) => new(reader.GetGuid(0), new RoomId(reader.GetGuid(1)), reader.GetInt32(2));
}
