using System.Diagnostics;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Writes a run of events in as few transactions as it takes: one, if all goes well.
/// When the transaction fails as a whole (a constraint, a handler), the run is split, at the suspect if there is one and
/// in the middle otherwise, until the culprit is alone; then its stream is parked. What stands before it has been
/// committed by then. The search is bounded: when its time is over, what still fails is parked whole, guilty and innocent,
/// and the retries go on with it while other streams move. Faults of the moment, and of the schema, are nobody's fault in
/// the run and are thrown on.
/// Cost of one culprit among n events: about 2 log n transactions.
/// </summary>
internal sealed class SliceWriter(Consumer consumer, IWork work)
{
    public async Task Write(IReadOnlyList<LogEntry> entries, ISliceEnd end, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        var open = new Stack<ArraySegment<LogEntry>>();
        open.Push(entries.ToArray());
        while (open.TryPop(out ArraySegment<LogEntry> run))
        {
            var slice = new Slice(run, end.IsParked);
            bool isLast = open.Count == 0;
            try
            {
                await Commit(slice, end, isLast, ct).ConfigureAwait(false);
            }
            catch (Exception failure) when (run.Count > 0 && IsOfTheData(failure))
            {
                work.Forget();
                if (run.Count == 1)
                {
                    var alone = new Slice(run, end.IsParked);
                    alone.Fail(run[0], FailurePlace.Of(failure));
                    await CommitFailure(alone, end, isLast, ct).ConfigureAwait(false);
                }
                else if (Stopwatch.GetElapsedTime(start) > end.SearchTime)
                {
                    var suspects = new Slice(run, end.IsParked);
                    suspects.Suspect("Suspected: " + FailurePlace.Of(failure));
                    await CommitFailure(suspects, end, isLast, ct).ConfigureAwait(false);
                }
                else
                {
                    Split(run, slice.UnderWay, open);
                }
            }
        }
    }

    /// <summary>A failure that the same events would bring again, and others not.</summary>
    private static bool IsOfTheData(Exception failure) =>
        !Faults.IsTransient(failure)
        && failure is not OperationCanceledException
        && failure is not PostgresException
        {
            SqlState: ConsumerFaults.Stale or ConsumerFaults.DecidedMeanwhile
                or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction
                or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege
                or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted,
        };

    private static void Split(ArraySegment<LogEntry> run, int? underWay, Stack<ArraySegment<LogEntry>> open)
    {
        if (underWay is not { } at)
        {
            open.Push(run[(run.Count / 2)..]);
            open.Push(run[..(run.Count / 2)]);
            return;
        }

        if (at + 1 < run.Count)
        {
            open.Push(run[(at + 1)..]);
        }

        open.Push(run.Slice(at, 1));
        if (at > 0)
        {
            open.Push(run[..at]);
        }
    }

    private async Task Commit(Slice slice, ISliceEnd end, bool isLast, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        if (!work.WritesDirectly)
        {
            // One batch is one implicit transaction: it commits as a whole, and costs one round trip.
            IReadOnlyList<NpgsqlBatchCommand> writes = await work.Do(slice, connection, null, ct).ConfigureAwait(false);
            end.Committed(slice, isLast, await Send([end.Fence(slice, isLast), .. writes, .. end.Bookkeeping(slice)], connection, ct).ConfigureAwait(false));
            return;
        }

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await Send([end.Fence(slice, isLast)], connection, ct).ConfigureAwait(false);
        IReadOnlyList<NpgsqlBatchCommand> rest = await work.Do(slice, connection, transaction, ct).ConfigureAwait(false);
        IReadOnlyList<Guid> answered = await Send([.. rest, .. end.Bookkeeping(slice)], connection, ct).ConfigureAwait(false);
        await transaction.CommitAsync(ct).ConfigureAwait(false);
        end.Committed(slice, isLast, answered);
    }

    private async Task CommitFailure(Slice slice, ISliceEnd end, bool isLast, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        end.Committed(slice, isLast, await Send([end.Fence(slice, isLast), .. end.Bookkeeping(slice)], connection, ct).ConfigureAwait(false));
    }

    /// <summary>Sends the statements, and returns the ids that they answer with.</summary>
    private static async Task<IReadOnlyList<Guid>> Send(IReadOnlyList<NpgsqlBatchCommand> commands, NpgsqlConnection connection, CancellationToken ct)
    {
        List<Guid> ids = [];
        if (commands.Count == 0)
        {
            return ids;
        }

        await using var batch = new NpgsqlBatch(connection);
        foreach (NpgsqlBatchCommand command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        do
        {
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                if (reader.GetFieldType(0) == typeof(Guid))
                {
                    ids.Add(reader.GetGuid(0));
                }
            }
        }
        while (await reader.NextResultAsync(ct).ConfigureAwait(false));
        return ids;
    }
}

/// <summary>What our own SQL functions refuse with.</summary>
internal static class ConsumerFaults
{
    /// <summary>Another leader, a pause or a swap came between.</summary>
    public const string Stale = "WY001";

    /// <summary>An operator decided about an event while it was being retried.</summary>
    public const string DecidedMeanwhile = "WY002";
}
