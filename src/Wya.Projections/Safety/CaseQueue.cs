using Npgsql;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>A place in the queue: of the last case of a page.</summary>
/// <param name="Rank">0 for what comes before all else.</param>
public readonly record struct QueuePlace(int Rank, CasePriority Priority, DateTimeOffset DueAt, Guid CaseId);

/// <summary>Which of the waiting cases are asked for; all of what is said must hold.</summary>
public sealed record QueueFilter(CasePriority? Priority = null, Category? Category = null, bool Unclaimed = false, bool Mine = false, bool Overdue = false);

/// <param name="OpenReports">Of the person, by those whose reports stand on their own.</param>
/// <param name="Reporters">How many people made them.</param>
/// <param name="GroupSize">Open reports that this person has made and that wait together; null when theirs do not.</param>
/// <param name="IsConflicted">It is for another moderator than the one who asks.</param>
public sealed record QueuedCase(
    QueuePlace Place,
    Guid UserId,
    string Level,
    DateTimeOffset OpenedAt,
    int OpenReports,
    int Reporters,
    IReadOnlyList<string> Categories,
    CasePriority? Escalated,
    int Proposals,
    int? GroupSize,
    Guid? ClaimedBy,
    DateTimeOffset? ClaimedUntil,
    bool IsConflicted);

/// <summary>How many wait, whatever is asked for.</summary>
public sealed record QueueCounts(long Open, long Overdue, long Unclaimed, long Immediate, long High, long Medium, long Low);

/// <summary>
/// What waits for a moderator: one line a person, however many have reported them. What somebody has reported whose many
/// reports wait together brings nobody here; their own case does, once, with the size of the group.
/// Cost: the open reports and the waiting cases, by their partial indexes; what is decided is never looked at.
/// </summary>
public static class CaseQueue
{
    private static string Waiting(string schema) =>
        $"""
        with single as (
            select r.case_id, min(r.priority) as priority, min(r.due_at) as due_at, min(r.submitted_at) as opened_at,
                   count(*)::int as reports, count(distinct r.reporter_ref)::int as reporters, array_agg(distinct r.category) as categories
            from {schema}.reports r
            where r.outcome is null and not exists (select from {schema}.cases g where g.grouped_as = r.reporter_ref)
            group by r.case_id),
        grouped as (
            select g.case_id, min(r.priority) as priority, min(r.due_at) as due_at, min(g.grouped_at) as opened_at, count(r.report_id)::int as reports,
                   array_remove(array_agg(distinct r.category), null) as categories
            from {schema}.cases g left join {schema}.reports r on r.reporter_ref = g.grouped_as and r.outcome is null
            where g.grouped_as is not null group by g.case_id),
        waiting as (
            select c.case_id, c.user_id, c.level, c.escalated, c.proposals, c.claimed_by, c.claimed_until,
                   least(s.priority, g.priority, c.escalated, case when c.attention_due_at is not null then 0 end,
                         case when c.proposals > 0 then 1 end, 3)::smallint as priority,
                   least(s.due_at, g.due_at, c.escalated_due_at, c.attention_due_at, c.proposal_due_at,
                         c.grouped_at + interval '7 days') as due_at,
                   coalesce(least(s.opened_at, g.opened_at), c.opened_at) as opened_at,
                   coalesce(s.reports, 0) as reports, coalesce(s.reporters, 0) as reporters,
                   coalesce(s.categories, '{"{}"}') || coalesce(g.categories, '{"{}"}') as categories,
                   g.reports as group_size
            from {schema}.cases c left join single s on s.case_id = c.case_id left join grouped g on g.case_id = c.case_id
            where s.case_id is not null or c.attention_due_at is not null or c.escalated is not null or c.proposals > 0 or c.grouped_as is not null),
        ranked as (select *, case when level = 'protect' or priority = 0 then 0 else 1 end as rank from waiting)
        """;

    /// <param name="after">The last of the page before; null for the first.</param>
    public static async Task<IReadOnlyList<QueuedCase>> Page(
        LogDatabase safety, Moderator moderator, QueueFilter filter, DateTimeOffset now, QueuePlace? after, int limit, CancellationToken ct = default)
    {
        string schema = safety.ReadSchema;
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            {Waiting(schema)}
            select rank, priority, due_at, case_id, user_id, level, opened_at, reports, reporters, categories, escalated, proposals, group_size,
                   claimed_by, claimed_until,
                   {CaseTies.AreTied(schema, "$1::uuid", "user_id")}
                       or exists (select from {schema}.reports m where m.case_id = ranked.case_id and m.reporter_ref = $14)
            from ranked
            where ($4::smallint is null or priority = $4)
              and ($5::text is null or $5 = any(categories))
              and (not $6 or claimed_until is null or claimed_until <= $3)
              and (not $7 or (claimed_by = $2 and claimed_until > $3))
              and (not $8 or due_at < $3)
              and ($9::int is null or (rank, priority, due_at, case_id) > ($9, $10::smallint, $11::timestamptz, $12::uuid))
            order by rank, priority, due_at, case_id limit $13
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = moderator.Id.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = moderator.Ref });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<short?> { TypedValue = (short?)filter.Priority });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Category is { } category ? EnumText.Of(category) : null });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = filter.Unclaimed });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = filter.Mine });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = filter.Overdue });
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = after?.Rank });
        command.Parameters.Add(new NpgsqlParameter<short?> { TypedValue = (short?)after?.Priority });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = after?.DueAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = after?.CaseId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = SafetyKey.OfReporter(safety, moderator.Id) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<QueuedCase> cases = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            cases.Add(ReadCase(reader));
        }

        return cases;
    }

    /// <summary>Where one case stands in the queue; null when nothing in it waits.</summary>
    public static async Task<(CasePriority Priority, DateTimeOffset DueAt, int? GroupSize)?> Of(LogDatabase safety, Guid caseId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"{Waiting(safety.ReadSchema)} select priority, due_at, group_size from ranked where case_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caseId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false)
            ? ((CasePriority)reader.GetInt16(0), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetInt32(2))
            : null;
    }

    public static async Task<QueueCounts> Count(LogDatabase safety, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            {Waiting(safety.ReadSchema)}
            select count(*), count(*) filter (where due_at < $1), count(*) filter (where claimed_until is null or claimed_until <= $1),
                   count(*) filter (where priority = 0), count(*) filter (where priority = 1),
                   count(*) filter (where priority = 2), count(*) filter (where priority = 3)
            from ranked
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new QueueCounts(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6));
    }

    private static QueuedCase ReadCase(NpgsqlDataReader reader) => new(
        new QueuePlace(reader.GetInt32(0), (CasePriority)reader.GetInt16(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetGuid(3)),
        reader.GetGuid(4),
        reader.GetString(5),
        reader.GetFieldValue<DateTimeOffset>(6),
        reader.GetInt32(7),
        reader.GetInt32(8),
        [.. reader.GetFieldValue<string[]>(9).Distinct(StringComparer.Ordinal)],
        reader.IsDBNull(10) ? null : (CasePriority)reader.GetInt16(10),
        reader.GetInt32(11),
        reader.IsDBNull(12) ? null : reader.GetInt32(12),
        reader.IsDBNull(13) ? null : reader.GetGuid(13),
        reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        reader.GetBoolean(15));
}
