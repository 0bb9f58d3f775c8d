using Npgsql;
using Wya.Domain.Safety.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>A report, as whoever made it may see it: nothing of the case that it belongs to.</summary>
/// <param name="Words">Their own.</param>
/// <param name="IsLookedAt">Somebody has the case in hand at this moment.</param>
/// <param name="Outcome">Null while it is open.</param>
/// <param name="Explanation">To them.</param>
public sealed record MyReport(
    Guid ReportId,
    ReportSubjectKind Kind,
    Category Category,
    DateTimeOffset SubmittedAt,
    bool IsLookedAt,
    string? Words = null,
    ReportOutcome? Outcome = null,
    DateTimeOffset? DecidedAt = null,
    string? Explanation = null);

/// <summary>Reads what somebody has reported, by their pseudonym, and opens what is sealed for them.</summary>
public static class MyReports
{
    private static string Sql(LogDatabase safety, string condition) =>
        $"""
        select r.report_id, r.case_id, r.subject_kind, r.category, r.submitted_at, coalesce(c.claimed_until > $5, false), r.statement,
               r.outcome, r.resolved_at, r.explanation
        from {safety.ReadSchema}.reports r left join {safety.ReadSchema}.cases c on c.case_id = r.case_id
        where r.reporter_ref = $1 and {condition}
        order by r.submitted_at desc, r.report_id desc limit $4
        """;

    /// <summary>Newest first.</summary>
    /// <param name="before">The last of the page before; null for the first.</param>
    public static Task<IReadOnlyList<MyReport>> Page(
        LogDatabase safety, Guid reporterRef, (DateTimeOffset SubmittedAt, Guid ReportId)? before, int limit, DateTimeOffset now, CancellationToken ct = default) =>
        Read(
            safety,
            Sql(safety, "($2::timestamptz is null or (r.submitted_at, r.report_id) < ($2, $3))"),
            (reporterRef, before?.SubmittedAt.UtcDateTime, before?.ReportId, limit, now.UtcDateTime),
            ct);

    /// <returns>Null when it is not theirs.</returns>
    public static async Task<MyReport?> One(LogDatabase safety, Guid reporterRef, Guid report, DateTimeOffset now, CancellationToken ct = default) =>
        await Read(safety, Sql(safety, "$2::timestamptz is null and r.report_id = $3"), (reporterRef, null, report, 1, now.UtcDateTime), ct).ConfigureAwait(false) is [var one]
            ? one
            : null;

    private static async Task<IReadOnlyList<MyReport>> Read(
        LogDatabase safety, string sql, (Guid Reporter, DateTime? Before, Guid? Report, int Limit, DateTime Now) asked, CancellationToken ct)
    {
        List<(MyReport Report, Guid Case, string Statement, string? Explanation)> rows = [];
        await using (NpgsqlCommand command = safety.DataSource.CreateCommand(sql))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = asked.Reporter });
            command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = asked.Before });
            command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = asked.Report });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = asked.Limit });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = asked.Now });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                var report = new MyReport(
                    reader.GetGuid(0),
                    EnumText.Read<ReportSubjectKind>(reader.GetString(2)),
                    EnumText.Read<Category>(reader.GetString(3)),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetBoolean(5),
                    Outcome: reader.IsDBNull(7) ? null : EnumText.Read<ReportOutcome>(reader.GetString(7)),
                    DecidedAt: reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8));
                rows.Add((report, reader.GetGuid(1), reader.GetString(6), reader.IsDBNull(9) ? null : reader.GetString(9)));
            }
        }

        List<MyReport> reports = [];
        foreach ((MyReport report, Guid stream, string statement, string? explanation) in rows)
        {
            reports.Add(report with
            {
                Words = (await SealedWords.Open<ReporterStatement>(safety, statement, stream, ct).ConfigureAwait(false))?.Words,
                Explanation = await SealedWords.Open<string>(safety, explanation, stream, ct).ConfigureAwait(false),
            });
        }

        return reports;
    }
}
