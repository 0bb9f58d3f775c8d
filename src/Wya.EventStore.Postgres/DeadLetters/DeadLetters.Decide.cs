using Npgsql;

namespace Wya.EventStore.Postgres;

public sealed partial class DeadLetters
{
    /// <summary>Streams that are decided about in one transaction.</summary>
    private const int DecidedTogetherMax = 500;

    /// <summary>Makes the stream due now, with a fresh schedule: after a fix, or after what it stumbled over has been put right.</summary>
    public static Task<DeadLetterChange> Retry(Consumer consumer, Guid streamId, Operator by, CancellationToken ct = default) =>
        Decide(consumer, [streamId], "retry", "retry", by, ct);

    /// <summary>Makes every dead letter of the consumer due now, a bounded number in each transaction.</summary>
    public static async Task<DeadLetterChange> RetryAll(Consumer consumer, Operator by, CancellationToken ct = default)
    {
        var total = new DeadLetterChange(0, 0, 0);
        long after = 0;
        while (await List(consumer, after, DecidedTogetherMax, ct: ct).ConfigureAwait(false) is { Count: > 0 } letters)
        {
            DeadLetterChange change = await Decide(consumer, [.. letters.Select(letter => letter.StreamId)], "retry", "retry", by, ct).ConfigureAwait(false);
            if (change.Refusal == OperatorRefusals.ReasonMissing)
            {
                return change;
            }

            total = total with { Streams = total.Streams + change.Streams, EventsWaiting = total.EventsWaiting + change.EventsWaiting };
            after = letters[^1].Position;
        }

        return total.Streams > 0 ? total : total with { Refusal = OperatorRefusals.NothingParked };
    }

    /// <summary>The failed event is skipped for this consumer, for ever; the rest of its stream resumes in order.</summary>
    public static Task<DeadLetterChange> Discard(Consumer consumer, Guid streamId, Operator by, CancellationToken ct = default) =>
        Decide(consumer, [streamId], "discard", "discard", by, ct);

    /// <param name="verb">As it is recorded among the operations; <paramref name="decision"/> is what it means for each stream.</param>
    private static async Task<DeadLetterChange> Decide(
        Consumer consumer, Guid[] streams, string decision, string verb, Operator by, CancellationToken ct)
    {
        if (!by.SaysWhy)
        {
            return new DeadLetterChange(0, 0, 0, OperatorRefusals.ReasonMissing);
        }

        string log = consumer.Target.LogSchema;
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        List<(Guid StreamId, long Position)> parked = await connection.Query(
            $"select stream_id, first_seq_id from {log}.wya_parked_streams where projection = $1 and stream_id = any($2) order by stream_id for update",
            row => (row.GetGuid(0), row.GetInt64(1)), ct, Sql.Value(consumer.Name), Sql.Value(streams)).ConfigureAwait(false);
        Guid[] ids = [.. parked.Select(stream => stream.StreamId)];
        long[] positions = [.. parked.Select(stream => stream.Position)];
        int discarded = decision == "discard" ? await Skip(connection, consumer, ids, positions, ct).ConfigureAwait(false) : 0;
        if (parked.Count == 0 || (decision == "discard" && discarded == 0))
        {
            return new DeadLetterChange(0, 0, 0, OperatorRefusals.NothingParked); // or discarded before; the transaction is rolled back
        }

        // Due now by any clock. The rows stay until the leader has applied what waits behind them.
        await connection.Execute(
            $"""
            update {log}.wya_parked_streams s
            set state = 'retrying', attempts = 0, next_retry_at = '-infinity',
                first_seq_id = coalesce((select min(e.seq_id) from {log}.wya_parked_events e where e.projection = $1 and e.stream_id = s.stream_id), first_seq_id)
            where s.projection = $1 and s.stream_id = any($2)
            """,
            ct, Sql.Value(consumer.Name), Sql.Value(ids)).ConfigureAwait(false);
        await connection.Execute(
            $"""
            insert into {log}.wya_dead_letter_decisions (id, projection, stream_id, seq_id, decision, reason, actor, decided_at)
            select d.id, $1, d.stream_id, d.seq_id, $2, $3, $4, now() from unnest($5, $6, $7) d(id, stream_id, seq_id)
            """,
            ct, Sql.Value(consumer.Name), Sql.Value(decision), Sql.Value(by.Reason), Sql.Value(by.Actor),
            Sql.Value(ids.Select(_ => Guid.CreateVersion7()).ToArray()), Sql.Value(ids), Sql.Value(positions)).ConfigureAwait(false);
        long waiting = (await connection.Query(
            $"select count(*) from {log}.wya_parked_events where projection = $1 and stream_id = any($2)",
            row => row.GetInt64(0), ct, Sql.Value(consumer.Name), Sql.Value(ids)).ConfigureAwait(false))[0];
        var change = new DeadLetterChange(parked.Count, discarded, waiting);
        await using var last = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                Operations.Entry(
                    log, verb, ids is [var one] ? $"{consumer.Name} {one}" : consumer.Name, by, Operations.Done,
                    new { change.Streams, change.EventsDiscarded, change.EventsWaiting }),
                DatabaseSession.Notify(consumer.Name),
            },
        };
        await last.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return change;
    }

    private static Task<int> Skip(NpgsqlConnection connection, Consumer consumer, Guid[] streams, long[] positions, CancellationToken ct) =>
        connection.Execute(
            $"""
            delete from {consumer.Target.LogSchema}.wya_parked_events e using unnest($2, $3) f(stream_id, seq_id)
            where e.projection = $1 and e.stream_id = f.stream_id and e.seq_id = f.seq_id
            """,
            ct, Sql.Value(consumer.Name), Sql.Value(streams), Sql.Value(positions));
}
