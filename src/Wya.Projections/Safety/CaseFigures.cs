using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="Received">Reports and appeals of the period, by kind.</param>
/// <param name="Pending">That wait now.</param>
/// <param name="Overdue">Of those, whose due time has passed.</param>
/// <param name="Decided">In the period.</param>
/// <param name="HandlingSecondsMedian">Of what was decided in the period, from when it came; null when nothing was.</param>
/// <param name="HandlingSecondsP90">Nine of ten took no longer.</param>
public sealed record FlowFigures(
    string Kind, long Received, long Pending, long Overdue, long Decided, double? HandlingSecondsMedian, double? HandlingSecondsP90);

/// <param name="Of">The kind, the category or the moderator.</param>
/// <param name="Decided">Actions that were decided in the period.</param>
/// <param name="Appealed">Of those, whose appeal is decided.</param>
/// <param name="Overturned">Of those, which did not stand.</param>
public sealed record DecisionFigures(string Of, long Decided, long Appealed, long Overturned)
{
    /// <summary>Null while no appeal was decided.</summary>
    public double? OverturnRate => Appealed == 0 ? null : Math.Round((double)Overturned / Appealed, 4);
}

/// <summary>How moderation does, in figures: nobody who was reported or decided about is in them.</summary>
public static class CaseFigures
{
    public static async Task<IReadOnlyList<FlowFigures>> Flow(
        LogRows safety, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken ct = default)
    {
        List<FlowFigures> figures = [];
        foreach (string table in new[] { "reports", "appeals" })
        {
            await using NpgsqlCommand command = safety.CreateCommand(
                $"""
                with decided as (
                    select extract(epoch from resolved_at - submitted_at)::float8 as seconds from {safety.Database.ReadSchema}.{table}
                    where outcome is not null and resolved_at >= $1 and resolved_at < $2)
                select (select count(*) from {safety.Database.ReadSchema}.{table} where submitted_at >= $1 and submitted_at < $2),
                       (select count(*) from {safety.Database.ReadSchema}.{table} where outcome is null),
                       (select count(*) from {safety.Database.ReadSchema}.{table} where outcome is null and due_at < $3),
                       count(*), percentile_cont(0.5) within group (order by seconds), percentile_cont(0.9) within group (order by seconds)
                from decided
                """);
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = to.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await reader.ReadAsync(ct).ConfigureAwait(false);
            figures.Add(new FlowFigures(
                table,
                reader.GetInt64(0),
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.IsDBNull(4) ? null : reader.GetDouble(4),
                reader.IsDBNull(5) ? null : reader.GetDouble(5)));
        }

        return figures;
    }

    public static Task<IReadOnlyList<DecisionFigures>> ByKind(LogRows safety, DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default) =>
        By(safety, "kind", from, to, ct);

    public static Task<IReadOnlyList<DecisionFigures>> ByCategory(LogRows safety, DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default) =>
        By(safety, "category", from, to, ct);

    /// <summary>By the moderators' ids.</summary>
    public static Task<IReadOnlyList<DecisionFigures>> ByModerator(LogRows safety, DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default) =>
        By(safety, "coalesce(decided_by::text, 'unknown')", from, to, ct);

    private static async Task<IReadOnlyList<DecisionFigures>> By(
        LogRows safety, string column, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await using NpgsqlCommand command = safety.CreateCommand(
            $"""
            select {column}, count(*), count(appeal_outcome), count(*) filter (where appeal_outcome = 'overturned')
            from {safety.Database.ReadSchema}.decisions where decided_at >= $1 and decided_at < $2 group by 1 order by 1
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = to.UtcDateTime });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<DecisionFigures> figures = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            figures.Add(new DecisionFigures(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return figures;
    }
}
