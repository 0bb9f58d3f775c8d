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
    public Task<bool> Pause(Consumer consumer, CancellationToken ct = default) => Change(consumer, "running", "paused", ct);

    /// <summary>Lets a paused consumer go on. False when it is not paused.</summary>
    public Task<bool> Resume(Consumer consumer, CancellationToken ct = default) => Change(consumer, "paused", "running", ct);

    private static async Task<bool> Change(Consumer consumer, string from, string to, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        var change = new NpgsqlBatchCommand(
            $"update {consumer.Target.LogSchema}.wya_projections set status = $1, updated_at = now() where name = $2 and status = $3");
        change.Parameters.Add(new NpgsqlParameter<string> { TypedValue = to });
        change.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        change.Parameters.Add(new NpgsqlParameter<string> { TypedValue = from });
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { change, DatabaseSession.Notify(consumer.Name) } };
        await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        return change.RecordsAffected > 0;
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
