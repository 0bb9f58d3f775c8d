using Npgsql;

namespace Wya.EventStore.Postgres;

public sealed partial class DeadLetters
{
    private static readonly Refusal NothingParked = new("nothing-parked", "No such stream is parked.", RefusalKind.NotFound);
    private static readonly Refusal ReasonMissing =
        new("reason-required", $"A decision needs an actor and a reason of 1 to {ReasonLengthMax} characters.", RefusalKind.Invalid);

    /// <summary>Makes the stream due now, with a fresh schedule: after a fix, or after what it stumbled over has been put right.</summary>
    public static Task<DeadLetterChange> Retry(Consumer consumer, Guid streamId, string reason, string actor, CancellationToken ct = default) =>
        Decide(consumer, streamId, "retry", reason, actor, ct);

    /// <summary>Makes every dead letter of the consumer due now.</summary>
    public static async Task<DeadLetterChange> RetryAll(Consumer consumer, string reason, string actor, CancellationToken ct = default)
    {
        var total = new DeadLetterChange(0, 0, 0);
        long after = 0;
        while (await List(consumer, after, 1_000, ct: ct).ConfigureAwait(false) is { Count: > 0 } letters)
        {
            foreach (DeadLetter letter in letters)
            {
                DeadLetterChange change = await Retry(consumer, letter.StreamId, reason, actor, ct).ConfigureAwait(false);
                if (change.Refusal == ReasonMissing)
                {
                    return change;
                }

                total = total with { Streams = total.Streams + change.Streams, EventsWaiting = total.EventsWaiting + change.EventsWaiting };
            }

            after = letters[^1].Position;
        }

        return total.Streams > 0 ? total : total with { Refusal = NothingParked };
    }

    /// <summary>The failed event is skipped for this consumer, for ever; the rest of its stream resumes in order.</summary>
    public static Task<DeadLetterChange> Discard(Consumer consumer, Guid streamId, string reason, string actor, CancellationToken ct = default) =>
        Decide(consumer, streamId, "discard", reason, actor, ct);

    private static async Task<DeadLetterChange> Decide(
        Consumer consumer, Guid streamId, string decision, string reason, string actor, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > ReasonLengthMax || string.IsNullOrWhiteSpace(actor))
        {
            return new DeadLetterChange(0, 0, 0, ReasonMissing);
        }

        string log = consumer.Target.LogSchema;
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        NpgsqlBatchCommand find = Command(
            $"select first_seq_id from {log}.wya_parked_streams where projection = $1 and stream_id = $2 for update", consumer, streamId);
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { find } };
        if (await batch.ExecuteScalarAsync(ct).ConfigureAwait(false) is not long position)
        {
            return new DeadLetterChange(0, 0, 0, NothingParked);
        }

        batch.BatchCommands.Clear();
        NpgsqlBatchCommand discard = Command(
            $"delete from {log}.wya_parked_events where projection = $1 and stream_id = $2 and seq_id = $3 and $4 = 'discard'", consumer, streamId);
        discard.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        discard.Parameters.Add(new NpgsqlParameter<string> { TypedValue = decision });
        batch.BatchCommands.Add(discard);

        // Due now by any clock. The row stays until the leader has applied what waits behind it.
        batch.BatchCommands.Add(Command(
            $"""
            update {log}.wya_parked_streams s
            set state = 'retrying', attempts = 0, next_retry_at = '-infinity',
                first_seq_id = coalesce((select min(seq_id) from {log}.wya_parked_events where projection = $1 and stream_id = $2), first_seq_id)
            where s.projection = $1 and s.stream_id = $2
            """,
            consumer,
            streamId));
        NpgsqlBatchCommand record = Command(
            $"""
            insert into {log}.wya_dead_letter_decisions (id, projection, stream_id, seq_id, decision, reason, actor, decided_at)
            values ($3, $1, $2, $4, $5, $6, $7, now())
            """,
            consumer,
            streamId);
        record.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
        record.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = decision });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = actor });
        batch.BatchCommands.Add(record);
        batch.BatchCommands.Add(Command(
            $"select count(*) from {log}.wya_parked_events where projection = $1 and stream_id = $2", consumer, streamId));
        batch.BatchCommands.Add(DatabaseSession.Notify(consumer.Name));
        long waiting = (long)(await batch.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
        if (decision == "discard" && discard.RecordsAffected == 0)
        {
            return new DeadLetterChange(0, 0, 0, NothingParked); // discarded before; the transaction is rolled back
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return new DeadLetterChange(1, (int)discard.RecordsAffected, waiting);
    }

    private static NpgsqlBatchCommand Command(string sql, Consumer consumer, Guid streamId)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        return command;
    }
}
