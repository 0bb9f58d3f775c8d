using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// One term of leadership over a consumer: the epoch under which it writes, and where the consumer stands. The epoch rises
/// with every term, so that whatever an earlier leader still has under way can no longer commit.
/// </summary>
internal sealed class Lead
{
    private readonly Consumer consumer;
    private readonly string log;
    private long kept;
    private int refusals;

    private Lead(Consumer consumer, long epoch, long position, bool isPaused, string? error, ParkedStreams parked)
    {
        this.consumer = consumer;
        log = consumer.Target.LogSchema;
        Epoch = epoch;
        Position = kept = position;
        IsPaused = isPaused;
        Error = error;
        Parked = parked;
    }

    public long Epoch { get; }

    /// <summary>Everything up to here is applied, or does not concern the consumer.</summary>
    public long Position { get; private set; }

    /// <summary>The position that is known to be stored; no event between it and <see cref="Position"/> concerns the consumer.</summary>
    public long Kept => Interlocked.Read(ref kept);

    public Consumer Consumer => consumer;

    public bool IsPaused { get; }

    /// <summary>Why it stood still when last looked at.</summary>
    public string? Error { get; private set; }

    public ParkedStreams Parked { get; }

    /// <summary>
    /// Waits for what an earlier leader is committing (it holds the row), raises the epoch, and only then reads: one round trip.
    /// For an earlier leader that says nothing more it does not wait.
    /// </summary>
    public static async Task<Lead> TakeOver(Consumer consumer, string leader, TimeSpan silentAfter, CancellationToken ct)
    {
        string log = consumer.Target.LogSchema;
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(
            $"""
            insert into {log}.wya_projections as p (name, epoch, leader) values ($1, 1, $2)
            on conflict (name) do update set epoch = p.epoch + 1, leader = excluded.leader, updated_at = now()
            returning p.epoch, p.status = 'paused', p.error
            """,
            Text(consumer.Name),
            Text(leader)));
        batch.BatchCommands.Add(Command(
            $"insert into {log}.mt_event_progression (name, last_seq_id) values ($1, 0) on conflict do nothing", Text(consumer.ProgressionName)));
        batch.BatchCommands.Add(Command(
            $"select last_seq_id from {log}.mt_event_progression where name = $1", Text(consumer.ProgressionName)));
        batch.BatchCommands.Add(Command(
            $"select stream_id from {log}.wya_parked_streams where projection = $1", Text(consumer.Name)));
        await using NpgsqlDataReader reader = await SilentTransactions.Outlast(
            consumer.Target, connection.ProcessID, batch.ExecuteReaderAsync(ct), silentAfter, ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        (long epoch, bool isPaused, string? error) = (reader.GetInt64(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetString(2));
        await reader.NextResultAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        long position = reader.GetInt64(0);
        await reader.NextResultAsync(ct).ConfigureAwait(false);
        var parked = new ParkedStreams();
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            parked.Add(reader.GetGuid(0), DateTimeOffset.MinValue); // the first look finds out when it is due
        }

        return new Lead(consumer, epoch, position, isPaused, error, parked);
    }

    /// <summary>The first statement of every transaction of this term.</summary>
    public NpgsqlBatchCommand Advance(long to)
    {
        var command = new NpgsqlBatchCommand($"select {log}.wya_advance($1, $2, $3, $4, $5, $6)");
        command.Parameters.Add(Text(consumer.Name));
        command.Parameters.Add(Text(consumer.ProgressionName));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Epoch });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Kept });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Position });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        return command;
    }

    /// <summary>That transaction has committed.</summary>
    public void Advanced(long to)
    {
        PassedTo(to);
        KeptAt(to);
    }

    /// <summary>Nothing up to there concerns the consumer, so that there is nothing to write but the position, by and by.</summary>
    public void PassedTo(long to)
    {
        Position = to;
        consumer.Progress.Raise(to);
    }

    /// <summary>Its passed position was twice not taken: another one leads, or it is paused.</summary>
    public bool IsDeposed => Volatile.Read(ref refusals) > 1;

    public void NotKept() => Interlocked.Increment(ref refusals);

    public void KeptAt(long position)
    {
        Volatile.Write(ref refusals, 0);
        long before = Kept;
        while (position > before && Interlocked.CompareExchange(ref kept, position, before) != before)
        {
            before = Kept;
        }
    }

    /// <summary>Records why the consumer stands still, or that it no longer does.</summary>
    public async Task Tell(string? error, CancellationToken ct)
    {
        if (error == Error)
        {
            return;
        }

        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"update {log}.wya_projections set error = $1, updated_at = now() where name = $2 and epoch = $3");
        command.Parameters.Add(Text(error));
        command.Parameters.Add(Text(consumer.Name));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Epoch });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        Error = error;
    }

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (NpgsqlParameter parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter<string?> Text(string? value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };
}
