using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Moves the streams of a slot from one log of a domain to another, some at a time, while people write in all of them.
///
/// For some streams: they are fenced, under the lock of the source's head, and from then on the source refuses them; whoever
/// follows the source comes up to its head; then the target takes them, their events as they stand and the rows of its inline
/// read models, in one transaction, and holds them; then the source notes that they have arrived, and shows them no more. When
/// none is left, the slot is the target's.
///
/// Invariants. A stream takes events in one log at most: the source refuses it from its fence on, the target until it has all of
/// it. Nothing is read of it where it is not what it is: the source shows it until the target has it, when nothing newer can be
/// there. Who follows the domain sees each event once, where it was recorded: copies are marked, and passed over; and in the
/// order of the stream, because nothing new is recorded in the target before the followers of the source have passed the fence.
/// An event keeps its id, and a command that is sent again is recognised in either log.
/// Killed at any point and begun again, it goes on: the logs' own tables say where it was, and each step may be repeated.
/// Cost: a stream takes no events for as long as followers are behind, and some of them take to copy. What stood in the source's
/// log stays there for ever.
/// </summary>
/// <param name="inline">The read models that appends write.</param>
/// <param name="passed">Whether everybody who follows the source has passed a position, and has set none of these streams aside; waits as long as it thinks fit.</param>
public sealed class SlotMove(
    LogDatabase source, LogDatabase target, IEnumerable<ReadModel> inline, Func<IReadOnlyList<Guid>, long, CancellationToken, Task<bool>> passed, TimeProvider clock)
{
    /// <summary>Streams that are fenced at a time.</summary>
    public const int StreamsMax = 500;

    /// <summary>Their events together, unless one stream alone has more.</summary>
    public const int EventsMax = 5_000;

    private readonly ITablePage[] pages = [.. inline.SelectMany(model => model.Tables).Select(table => table.NewPage())];

    private sealed record Some(Guid[] Ids, string[] Types, long[] Versions, DateTime[] Timestamps, DateTime[] Created);

    /// <summary>Streams and events that were moved in this call.</summary>
    public sealed record Moved(long Streams, long Events);

    /// <param name="progress">Told after each transaction of the target.</param>
    /// <exception cref="FollowersBehindException">Somebody who follows the source does not come along. The streams under way are given back; what has moved, has moved.</exception>
    public async Task<Moved> Move(int slot, Action<Moved>? progress = null, CancellationToken ct = default)
    {
        await Set(target, slot, "coming", "here", ct).ConfigureAwait(false);
        await Set(source, slot, "leaving", "away", ct).ConfigureAwait(false);
        var moved = new Moved(0, 0);
        while (await State(source, slot, ct).ConfigureAwait(false) == "leaving")
        {
            Guid[] ids = await Next(slot, ct).ConfigureAwait(false);
            if (ids.Length == 0)
            {
                await Leave(slot, ct).ConfigureAwait(false);
                continue;
            }

            moved = new Moved(moved.Streams + ids.Length, moved.Events + await Move(ids, ct).ConfigureAwait(false));
            progress?.Invoke(moved);
        }

        await Set(target, slot, "here", null, ct).ConfigureAwait(false);
        return moved;
    }

    /// <summary>How many streams and events of a slot a log holds and has not moved.</summary>
    public static async Task<Moved> Count(LogDatabase log, IReadOnlyCollection<int> slots, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = log.DataSource.CreateCommand(
            $"""
            select count(*), coalesce(sum(s.version), 0)::bigint from {log.LogSchema}.mt_streams s
            left join {log.LogSchema}.wya_moved_streams m on m.stream_id = s.id
            where {log.LogSchema}.wya_slot(s.id) = any($1) and m.has_arrived is not true
            """);
        command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = [.. slots.Select(slot => (short)slot)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new Moved(reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The state of every slot in a log, by its number.</summary>
    public static async Task<string[]> States(LogDatabase log, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = log.DataSource.CreateCommand($"select state from {log.LogSchema}.wya_slots order by slot");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<string> states = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            states.Add(reader.GetString(0));
        }

        return [.. states];
    }

    /// <returns>Events that the target took.</returns>
    private async Task<long> Move(Guid[] ids, CancellationToken ct)
    {
        long head;
        await using (NpgsqlCommand fence = Call(source, "wya_fence", ids))
        {
            head = (long)(await fence.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
        }

        Guid[] there = await There(ids, ct).ConfigureAwait(false);
        Guid[] waiting = [.. ids.Except(there)];
        if (waiting.Length > 0 && !await passed(waiting, head, ct).ConfigureAwait(false))
        {
            await using NpgsqlCommand unfence = Call(source, "wya_unfence", waiting);
            await unfence.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            throw new FollowersBehindException();
        }

        long events = waiting.Length == 0 ? 0 : await Take(waiting, ct).ConfigureAwait(false);
        await using NpgsqlCommand arrived = Call(source, "wya_arrived", ids);
        await arrived.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        return events;
    }

    /// <summary>Those that were under way when a move was broken off come first.</summary>
    private async Task<Guid[]> Next(int slot, CancellationToken ct)
    {
        await using NpgsqlCommand command = source.DataSource.CreateCommand(
            $"""
            select s.id, s.version from {source.LogSchema}.mt_streams s
            left join {source.LogSchema}.wya_moved_streams m on m.stream_id = s.id
            where {source.LogSchema}.wya_slot(s.id) = $1 and m.has_arrived is not true
            order by m.stream_id is null, s.id limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)slot });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = StreamsMax });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Guid> ids = [];
        long events = 0;
        while (await reader.ReadAsync(ct).ConfigureAwait(false) && (ids.Count == 0 || events + reader.GetInt64(1) <= EventsMax))
        {
            ids.Add(reader.GetGuid(0));
            events += reader.GetInt64(1);
        }

        return [.. ids];
    }

    private async Task<Guid[]> There(Guid[] ids, CancellationToken ct)
    {
        await using NpgsqlCommand command = target.DataSource.CreateCommand(
            $"select coalesce(array_agg(id), array[]::uuid[]) from {target.LogSchema}.mt_streams where id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        return (Guid[])(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    private async Task<long> Take(Guid[] ids, CancellationToken ct)
    {
        Some streams = await Streams(ids, ct).ConfigureAwait(false);
        await using NpgsqlConnection connection = await target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        long before, count;
        await using (NpgsqlCommand take = await TakeStreams(streams, ct).ConfigureAwait(false))
        {
            (take.Connection, take.Transaction) = (connection, transaction);
            await using NpgsqlDataReader taken = await take.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await taken.ReadAsync(ct).ConfigureAwait(false);
            (before, count) = (taken.GetInt64(0), streams.Versions.Sum());
        }

        await Fold(connection, transaction, before, ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        target.Signal.Raise(before + count);
        return count;
    }

    private async Task<Some> Streams(Guid[] ids, CancellationToken ct)
    {
        await using NpgsqlCommand command = source.DataSource.CreateCommand(
            $"select id, type, version, timestamp, created from {source.LogSchema}.mt_streams where id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<(Guid Id, string Type, long Version, DateTime Timestamp, DateTime Created)> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add((reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2), reader.GetDateTime(3), reader.GetDateTime(4)));
        }

        return new Some(
            [.. rows.Select(row => row.Id)], [.. rows.Select(row => row.Type)], [.. rows.Select(row => row.Version)],
            [.. rows.Select(row => row.Timestamp)], [.. rows.Select(row => row.Created)]);
    }

    private async Task<NpgsqlCommand> TakeStreams(Some streams, CancellationToken ct)
    {
        await using NpgsqlCommand read = source.DataSource.CreateCommand(
            $"""
            select stream_id, version, id, type, data, timestamp, mt_dotnet_type, correlation_id, causation_id, coalesce(headers, jsonb_build_object()), seq_id
            from {source.LogSchema}.mt_events where stream_id = any($1) order by seq_id
            """);
        read.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = streams.Ids });
        read.CommandTimeout = 600;
        await using NpgsqlDataReader reader = await read.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Guid> stream = [], id = [];
        List<long> version = [], position = [];
        List<string?> type = [], dotnetType = [], correlation = [], causation = [];
        List<byte[]> data = [], headers = [];
        List<DateTime> time = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            stream.Add(reader.GetGuid(0));
            version.Add(reader.GetInt64(1));
            id.Add(reader.GetGuid(2));
            type.Add(reader.GetString(3));
            data.Add(reader.GetFieldValue<byte[]>(4));
            time.Add(reader.GetDateTime(5));
            dotnetType.Add(Text(reader, 6));
            correlation.Add(Text(reader, 7));
            causation.Add(Text(reader, 8));
            headers.Add(reader.GetFieldValue<byte[]>(9));
            position.Add(reader.GetInt64(10));
        }

        const NpgsqlDbType jsons = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;
        return new NpgsqlCommand($"select {target.LogSchema}.wya_take_streams($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)")
        {
            CommandTimeout = 600,
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = source.Name },
                Value(streams.Ids), Value(streams.Types), Value(streams.Versions), Value(streams.Timestamps), Value(streams.Created),
                Value(stream.ToArray()), Value(version.ToArray()), Value(id.ToArray()), Value(type.ToArray()),
                new NpgsqlParameter<byte[][]> { TypedValue = [.. data], NpgsqlDbType = jsons },
                Value(time.ToArray()), Value(dotnetType.ToArray()), Value(correlation.ToArray()), Value(causation.ToArray()),
                new NpgsqlParameter<byte[][]> { TypedValue = [.. headers], NpgsqlDbType = jsons },
                Value(position.ToArray()),
                new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime },
            },
        };
    }

    /// <summary>As the writer does it, of the events as they now stand.</summary>
    private async Task Fold(NpgsqlConnection connection, NpgsqlTransaction transaction, long before, CancellationToken ct)
    {
        List<RecordedEvent> events = [];
        await using (var read = new NpgsqlCommand(
            $"select {EventReader.Columns} from {target.LogSchema}.mt_events e where e.seq_id > $1 order by e.seq_id", connection, transaction))
        {
            read.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
            await using NpgsqlDataReader reader = await read.ExecuteReaderAsync(ct).ConfigureAwait(false);
            var rows = new EventReader(target.Types);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                events.Add(rows.Read(reader));
            }
        }

        foreach (ITablePage page in pages)
        {
            page.Forget();
            events.ForEach(page.Touch);
        }

        ITablePage[] loading = [.. pages];
        await using (var load = new NpgsqlBatch(connection, transaction))
        {
            List<ITablePage> loaded = [];
            foreach (ITablePage page in loading)
            {
                if (page.Load(target.ReadSchema) is { } rows)
                {
                    load.BatchCommands.Add(rows);
                    loaded.Add(page);
                }
            }

            if (loaded.Count > 0)
            {
                await using NpgsqlDataReader reader = await load.ExecuteReaderAsync(ct).ConfigureAwait(false);
                foreach (ITablePage page in loaded)
                {
                    await page.Loaded(reader, ct).ConfigureAwait(false);
                    await reader.NextResultAsync(ct).ConfigureAwait(false);
                }
            }
        }

        await using var write = new NpgsqlBatch(connection, transaction) { Timeout = 600 };
        foreach (ITablePage page in pages)
        {
            events.ForEach(page.Apply);
            foreach (NpgsqlBatchCommand rows in page.Write(target.ReadSchema))
            {
                write.BatchCommands.Add(rows);
            }
        }

        if (write.BatchCommands.Count > 0)
        {
            await write.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>The source lets the slot go, unless somebody has just begun a stream in it: that moves, too.</summary>
    private async Task Leave(int slot, CancellationToken ct)
    {
        try
        {
            await Set(source, slot, "away", null, ct).ConfigureAwait(false);
        }
        catch (PostgresException stays) when (stays.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            // Looked at again.
        }
    }

    /// <param name="beyond">The state after it, which a move that is taken up again has reached already.</param>
    private static async Task Set(LogDatabase log, int slot, string state, string? beyond, CancellationToken ct)
    {
        if (beyond is not null && await State(log, slot, ct).ConfigureAwait(false) == beyond)
        {
            return;
        }

        await using NpgsqlCommand command = log.DataSource.CreateCommand($"select {log.LogSchema}.wya_set_slot($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = slot });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private static async Task<string> State(LogDatabase log, int slot, CancellationToken ct)
    {
        await using NpgsqlCommand command = log.DataSource.CreateCommand($"select state from {log.LogSchema}.wya_slots where slot = $1");
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)slot });
        return (string)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    private static NpgsqlCommand Call(LogDatabase log, string function, Guid[] ids)
    {
        NpgsqlCommand command = log.DataSource.CreateCommand($"select {log.LogSchema}.{function}($1)");
        command.Parameters.Add(Value(ids));
        return command;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}

/// <summary>Somebody who follows a log has not come up to a position in time, or has set a stream aside.</summary>
public sealed class FollowersBehindException() : Exception("Somebody who follows the log does not come along.");
