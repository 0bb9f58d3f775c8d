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

    private Lead(Consumer consumer, long epoch, long position, bool isPaused, string? error, ParkedStreams parked)
    {
        this.consumer = consumer;
        log = consumer.Target.LogSchema;
        Epoch = epoch;
        Position = position;
        IsPaused = isPaused;
        Error = error;
        Parked = parked;
    }

    public long Epoch { get; }

    public long Position { get; private set; }

    public bool IsPaused { get; }

    /// <summary>Why it stood still when last looked at.</summary>
    public string? Error { get; private set; }

    public ParkedStreams Parked { get; }

    /// <summary>
    /// Waits for what an earlier leader is committing (it holds the row), raises the epoch, and only then reads: one round trip.
    /// </summary>
    public static async Task<Lead> TakeOver(Consumer consumer, string leader, CancellationToken ct)
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
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
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
        var command = new NpgsqlBatchCommand($"select {log}.wya_advance($1, $2, $3, $4, $5)");
        command.Parameters.Add(Text(consumer.Name));
        command.Parameters.Add(Text(consumer.ProgressionName));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Epoch });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Position });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        return command;
    }

    public void Advanced(long to)
    {
        Position = to;
        consumer.Progress.Raise(to);
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
