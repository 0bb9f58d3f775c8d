using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What operators may ask of consumers, from any process: everything goes through the databases, and the daemons are told.
/// </summary>
/// <param name="clock">For the age of what is not yet worked through.</param>
public sealed class Projections(IReadOnlyList<Consumer> consumers, TimeProvider clock)
{
    public IReadOnlyList<Consumer> Consumers { get; } = consumers;

    public Consumer? Find(string name) => Consumers.FirstOrDefault(consumer => string.Equals(consumer.Name, name, StringComparison.Ordinal));

    public async Task<IReadOnlyList<ProjectionStatus>> List(CancellationToken ct = default)
    {
        List<ProjectionStatus> all = [];
        foreach (Consumer consumer in Consumers)
        {
            all.Add(await Status(consumer, ct).ConfigureAwait(false));
        }

        return all;
    }

    public async Task<ProjectionStatus> Status(Consumer consumer, CancellationToken ct = default)
    {
        string log = consumer.Target.LogSchema;
        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"""
            select coalesce(g.last_seq_id, 0), g.last_updated, p.status, p.leader, p.error,
                   (select count(*) from {log}.wya_parked_streams s where s.projection = $1 and s.state = 'retrying'),
                   (select count(*) from {log}.wya_parked_streams s where s.projection = $1 and s.state = 'dead')
            from (select) one
            left join {log}.wya_projections p on p.name = $1
            left join {log}.mt_event_progression g on g.name = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.ProgressionName });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        long position = reader.GetInt64(0);
        string? status = reader.IsDBNull(2) ? null : reader.GetString(2);
        string? error = reader.IsDBNull(4) ? null : reader.GetString(4);
        (long head, double lag) = await Lag(consumer, position, ct).ConfigureAwait(false);
        return new ProjectionStatus(
            consumer.Name,
            consumer.Target.Domain,
            consumer.Source.Domain,
            position,
            head,
            lag,
            status switch { null => "never_run", "paused" => "paused", _ => error is null ? "running" : "standing_still" },
            reader.IsDBNull(3) ? null : reader.GetString(3),
            reader.GetInt64(5),
            reader.GetInt64(6),
            error,
            reader.IsDBNull(1) ? null : new DateTimeOffset(reader.GetDateTime(1)));
    }

    /// <summary>
    /// Stops a consumer: when this returns, the page under way has committed and no other will. False when it is not
    /// running, or has never run.
    /// </summary>
    public Task<bool> Pause(Consumer consumer, Operator by, CancellationToken ct = default) => Change(consumer, "pause", "running", "paused", by, ct);

    /// <summary>Lets a paused consumer go on. False when it is not paused.</summary>
    public Task<bool> Resume(Consumer consumer, Operator by, CancellationToken ct = default) => Change(consumer, "resume", "paused", "running", by, ct);

    private async Task<bool> Change(Consumer consumer, string verb, string from, string to, Operator by, CancellationToken ct)
    {
        string log = consumer.Target.LogSchema;
        (long head, _) = await Lag(consumer, 0, ct).ConfigureAwait(false); // of the source's log, which may be in another database
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        if (await connection.Execute(
            $"update {log}.wya_projections set status = $1, updated_at = now() where name = $2 and status = $3",
            ct, Sql.Value(to), Sql.Value(consumer.Name), Sql.Value(from)).ConfigureAwait(false) == 0)
        {
            return false;
        }

        long position = (await connection.Query(
            $"select coalesce((select last_seq_id from {log}.mt_event_progression where name = $1), 0)",
            row => row.GetInt64(0), ct, Sql.Value(consumer.ProgressionName)).ConfigureAwait(false))[0];
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                Operations.Entry(log, verb, consumer.Name, by, Operations.Done, new { position, lag_events = Math.Max(0, head - position) }),
                DatabaseSession.Notify(consumer.Name),
            },
        };
        await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private async Task<(long Head, double LagSeconds)> Lag(Consumer consumer, long position, CancellationToken ct)
    {
        string log = consumer.Source.LogSchema;
        await using NpgsqlCommand command = consumer.Source.DataSource.CreateCommand(
            $"""
            select h.position, (select e.timestamp from {log}.mt_events e where e.seq_id > $1 order by e.seq_id limit 1)
            from {log}.wya_log_head h
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        double lag = reader.IsDBNull(1) ? 0 : Math.Max(0, (clock.GetUtcNow() - new DateTimeOffset(reader.GetDateTime(1))).TotalSeconds);
        return (reader.GetInt64(0), lag);
    }
}
