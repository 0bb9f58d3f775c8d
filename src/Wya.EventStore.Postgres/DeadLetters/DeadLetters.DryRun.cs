using Npgsql;

namespace Wya.EventStore.Postgres;

public sealed partial class DeadLetters
{
    private static readonly TimeSpan DryRunLockWait = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Applies the stream's waiting events with the code of this process, in a transaction that is rolled back, up to the
    /// first that fails. Null when the stream is not parked.
    /// </summary>
    public async Task<DryRun?> DryRun(Consumer consumer, Guid streamId, CancellationToken ct = default) =>
        (await Try(consumer, streamId, ct).ConfigureAwait(false))?.Run;

    /// <summary>The same, with the rows that would be other than they are.</summary>
    private async Task<(DryRun Run, IReadOnlyList<TriedRow> Rows)?> Try(Consumer consumer, Guid streamId, CancellationToken ct)
    {
        if (!await IsParked(consumer, streamId, ct).ConfigureAwait(false))
        {
            return null;
        }

        (List<long> positions, long waiting) = await Waiting(consumer, streamId, ct).ConfigureAwait(false);
        List<LogEntry> entries = positions.Count == 0
            ? []
            : await new LogPageReader(consumer.Source, consumer.Opens).Pick(positions, ct).ConfigureAwait(false);
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await Execute($"set local lock_timeout = {(int)DryRunLockWait.TotalMilliseconds}").ConfigureAwait(false);
        TriedRows rows = await TriedRows.Before(consumer, entries, connection, ct).ConfigureAwait(false);
        IWork work = consumer.NewWork(options);
        for (int i = 0; i < entries.Count; i++)
        {
            // One by one, so that the failure has a place whatever kind it is.
            var slice = new Slice(new ArraySegment<LogEntry>([entries[i]]), _ => false);
            try
            {
                foreach (NpgsqlBatchCommand write in await work.Do(slice, connection, transaction, ct).ConfigureAwait(false))
                {
                    await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { write } };
                    await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
                }

                await Execute("set constraints all immediate").ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException && !Faults.IsTransient(failure))
            {
                return (new DryRun(i, entries[i].Position, FailurePlace.Of(failure), waiting - i), []);
            }

            if (slice.Failures is [{ } failed])
            {
                return (new DryRun(i, entries[i].Position, failed.Error, waiting - i), []);
            }
        }

        return (new DryRun(entries.Count, null, null, waiting - entries.Count), await rows.After(connection, ct).ConfigureAwait(false));

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
    }

    private async Task<(List<long> Positions, long Waiting)> Waiting(Consumer consumer, Guid streamId, CancellationToken ct)
    {
        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"""
            select seq_id, count(*) over () from {consumer.Target.LogSchema}.wya_parked_events
            where projection = $1 and stream_id = $2 order by seq_id limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = options.HandledPageEventsMax });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<long> positions = [];
        long waiting = 0;
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            positions.Add(reader.GetInt64(0));
            waiting = reader.GetInt64(1);
        }

        return (positions, waiting);
    }
}
