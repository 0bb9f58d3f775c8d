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

    /// <summary>Two questions to each database that holds positions or is followed, however many consumers there are.</summary>
    public async Task<IReadOnlyList<ProjectionStatus>> List(CancellationToken ct = default)
    {
        var stored = new Dictionary<Consumer, Stored>();
        foreach (IGrouping<LogDatabase, Consumer> here in Consumers.GroupBy(consumer => consumer.Target))
        {
            await Read(here.Key, [.. here], stored, ct).ConfigureAwait(false);
        }

        var lags = new Dictionary<Consumer, (long Head, double LagSeconds)>();
        foreach (IGrouping<LogDatabase, Consumer> followed in Consumers.GroupBy(consumer => consumer.Source))
        {
            await ReadLags(followed.Key, [.. followed], stored, lags, ct).ConfigureAwait(false);
        }

        return [.. Consumers.Select(consumer => Of(consumer, stored[consumer], lags[consumer]))];
    }

    public async Task<ProjectionStatus> Status(Consumer consumer, CancellationToken ct = default) =>
        (await new Projections([consumer], clock).List(ct).ConfigureAwait(false))[0];

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
        long head = (await Status(consumer, ct).ConfigureAwait(false)).Head; // of the source's log, which may be in another database
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

    private static ProjectionStatus Of(Consumer consumer, Stored stored, (long Head, double LagSeconds) lag) => new(
        consumer.Name,
        consumer.Target.Name,
        consumer.Source.Name,
        stored.Position,
        lag.Head,
        lag.LagSeconds,
        stored.Status switch { null => "never_run", "paused" => "paused", _ => stored.Error is null ? "running" : "standing_still" },
        stored.Leader,
        stored.Parked,
        stored.Dead,
        stored.Error,
        stored.UpdatedAt);

    private static async Task Read(LogDatabase target, Consumer[] consumers, Dictionary<Consumer, Stored> stored, CancellationToken ct)
    {
        string log = target.LogSchema;
        await using NpgsqlCommand command = target.DataSource.CreateCommand(
            $"""
            select coalesce(g.last_seq_id, 0), g.last_updated, p.status, p.leader, p.error,
                   (select count(*) from {log}.wya_parked_streams s where s.projection = n.name and s.state = 'retrying'),
                   (select count(*) from {log}.wya_parked_streams s where s.projection = n.name and s.state = 'dead')
            from unnest($1, $2) with ordinality as n (name, progression, nr)
            left join {log}.wya_projections p on p.name = n.name
            left join {log}.mt_event_progression g on g.name = n.progression
            order by n.nr
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. consumers.Select(consumer => consumer.Name)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. consumers.Select(consumer => consumer.ProgressionName)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        foreach (Consumer consumer in consumers)
        {
            await reader.ReadAsync(ct).ConfigureAwait(false);
            stored[consumer] = new Stored(
                reader.GetInt64(0),
                reader.IsDBNull(1) ? null : new DateTimeOffset(reader.GetDateTime(1)),
                reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetInt64(5),
                reader.GetInt64(6));
        }
    }

    /// <summary>After the positions were read, so that no head is behind one.</summary>
    private async Task ReadLags(
        LogDatabase source, Consumer[] consumers, Dictionary<Consumer, Stored> stored, Dictionary<Consumer, (long, double)> lags, CancellationToken ct)
    {
        string log = source.LogSchema;
        await using NpgsqlCommand command = source.DataSource.CreateCommand(
            $"""
            select h.position, (select e.timestamp from {log}.mt_events e where e.seq_id > n.position order by e.seq_id limit 1)
            from unnest($1) with ordinality as n (position, nr) cross join {log}.wya_log_head h
            order by n.nr
            """);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. consumers.Select(consumer => stored[consumer].Position)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        foreach (Consumer consumer in consumers)
        {
            await reader.ReadAsync(ct).ConfigureAwait(false);
            double lag = reader.IsDBNull(1) ? 0 : Math.Max(0, (clock.GetUtcNow() - new DateTimeOffset(reader.GetDateTime(1))).TotalSeconds);
            lags[consumer] = (reader.GetInt64(0), lag);
        }
    }

    private sealed record Stored(
        long Position, DateTimeOffset? UpdatedAt, string? Status, string? Leader, string? Error, long Parked, long Dead);
}
