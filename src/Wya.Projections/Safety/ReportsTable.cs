using Npgsql;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="ReporterRef">The reporter's pseudonym: who they are stands in <paramref name="Statement"/> alone.</param>
/// <param name="Statement">Who reported, and in what words; sealed under the reporter's safety key.</param>
/// <param name="Evidence">Sealed under the safety key of the person concerned; null where an earlier report's stands for it.</param>
/// <param name="Outcome">Null while it is open.</param>
/// <param name="Explanation">To the reporter; sealed under their safety key.</param>
/// <param name="ResolvedBy">The moderator.</param>
public sealed record ReportRow(
    Guid ReportId,
    Guid CaseId,
    Guid UserId,
    Guid ReporterRef,
    string Category,
    CasePriority Priority,
    string SubjectKind,
    Guid SubjectRef,
    DateTimeOffset SubmittedAt,
    DateTimeOffset DueAt,
    string Statement,
    string? Evidence,
    Guid? SameAs,
    string? Outcome = null,
    DateTimeOffset? ResolvedAt = null,
    string? Explanation = null,
    Guid? ActionId = null,
    Guid? ResolvedBy = null);

/// <summary>One row a report, open or decided: what a reporter's receipt tells, and what the queue counts.</summary>
public sealed class ReportsTable : Table<Guid, ReportRow>
{
    private const string Selected =
        """
        report_id, case_id, user_id, reporter_ref, category, priority, subject_kind, subject_ref, submitted_at, due_at,
        statement, evidence, same_as, outcome, resolved_at, explanation, action_id, resolved_by
        """;

    public override string Name => "reports";

    public override IReadOnlyList<Column<ReportRow>> Columns { get; } =
    [
        new Column<ReportRow, Guid>("report_id", "uuid", row => row.ReportId, isKey: true),
        new Column<ReportRow, Guid>("case_id", "uuid", row => row.CaseId),
        new Column<ReportRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<ReportRow, Guid>("reporter_ref", "uuid", row => row.ReporterRef),
        new Column<ReportRow, string>("category", "text", row => row.Category),
        new Column<ReportRow, short>("priority", "smallint", row => (short)row.Priority),
        new Column<ReportRow, string>("subject_kind", "text", row => row.SubjectKind),
        new Column<ReportRow, Guid>("subject_ref", "uuid", row => row.SubjectRef),
        new Column<ReportRow, DateTime>("submitted_at", "timestamptz", row => row.SubmittedAt.UtcDateTime),
        new Column<ReportRow, DateTime>("due_at", "timestamptz", row => row.DueAt.UtcDateTime),
        new Column<ReportRow, string>("statement", "text", row => row.Statement),
        new Column<ReportRow, string?>("evidence", "text", row => row.Evidence),
        new Column<ReportRow, Guid?>("same_as", "uuid", row => row.SameAs),
        new Column<ReportRow, string?>("outcome", "text", row => row.Outcome),
        new Column<ReportRow, DateTime?>("resolved_at", "timestamptz", row => row.ResolvedAt?.UtcDateTime),
        new Column<ReportRow, string?>("explanation", "text", row => row.Explanation),
        new Column<ReportRow, Guid?>("action_id", "uuid", row => row.ActionId),
        new Column<ReportRow, Guid?>("resolved_by", "uuid", row => row.ResolvedBy),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("report_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.reports (
            report_id    uuid primary key,
            case_id      uuid not null,
            user_id      uuid not null,
            reporter_ref uuid not null,
            category     text not null check (category in ({EnumText.Listed<Category>()})),
            priority     smallint not null check (priority between 0 and 3),
            subject_kind text not null check (subject_kind in ({EnumText.Listed<ReportSubjectKind>()})),
            subject_ref  uuid not null,
            submitted_at timestamptz not null,
            due_at       timestamptz not null,
            statement    text not null,
            evidence     text null,
            same_as      uuid null,
            outcome      text null check (outcome in ({EnumText.Listed<ReportOutcome>()})),
            resolved_at  timestamptz null,
            explanation  text null,
            action_id    uuid null,
            resolved_by  uuid null
        );
        create index reports_open on {schema}.reports (case_id) where outcome is null;
        create index reports_of_case on {schema}.reports (case_id, reporter_ref);
        create index reports_of_reporter on {schema}.reports (reporter_ref, submitted_at, report_id);
        create index reports_of_subject on {schema}.reports (subject_ref) where outcome is null;
        create index reports_resolved on {schema}.reports (resolved_at) where outcome is not null;
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case ReportSubmitted submitted:
                keys.Add(submitted.ReportId);
                break;
            case ReportResolved resolved:
                keys.Add(resolved.ReportId);
                break;
        }
    }

    public override ReportRow? Evolve(Guid key, ReportRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        ReportSubmitted submitted => new ReportRow(
            key,
            recorded.StreamId,
            submitted.UserId.Value,
            submitted.ReporterRef,
            EnumText.Of(submitted.Category),
            submitted.Priority,
            EnumText.Of(submitted.SubjectKind),
            submitted.SubjectRef,
            recorded.Time,
            recorded.Time + SafetyPolicy.DueWithin(submitted.Priority),
            submitted.By.Token!,
            submitted.Evidence?.Token,
            submitted.SameAs),
        ReportResolved resolved => row is null ? null : row with
        {
            Outcome = EnumText.Of(resolved.Outcome),
            ResolvedAt = recorded.Time,
            Explanation = resolved.Explanation?.Token,
            ActionId = resolved.ActionId,
            ResolvedBy = ModerationActionsTable.Moderator(recorded),
        },
        _ => row,
    };

    public override (Guid Key, ReportRow Row) Read(NpgsqlDataReader reader)
    {
        ReportRow row = ReadRow(reader);
        return (row.ReportId, row);
    }

    public static async Task<ReportRow?> Find(LogDatabase safety, Guid report, CancellationToken ct = default) =>
        await Rows(safety, "report_id = $1", report, 1, ct).ConfigureAwait(false) is [var row] ? row : null;

    /// <summary>Those of a case that wait for a decision, oldest first.</summary>
    public static Task<IReadOnlyList<ReportRow>> Open(LogDatabase safety, Guid caseId, CancellationToken ct = default) =>
        Rows(safety, "case_id = $1 and outcome is null", caseId, SafetyPolicy.OpenReportsMax, ct);

    /// <summary>Those that one person has made and that wait, in whatever case, oldest first.</summary>
    public static Task<IReadOnlyList<ReportRow>> OpenOf(LogDatabase safety, Guid reporterRef, int limit, CancellationToken ct = default) =>
        Rows(safety, "reporter_ref = $1 and outcome is null", reporterRef, limit, ct);

    public static async Task<long> CountOpenOf(LogDatabase safety, Guid reporterRef, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select count(*) from {safety.ReadSchema}.reports where reporter_ref = $1 and outcome is null");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reporterRef });
        return (long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    /// <summary>Everybody who ever reported in the case, in the order in which they first did: that order is all that moderators are told of them.</summary>
    public static async Task<IReadOnlyList<Guid>> Reporters(LogDatabase safety, Guid caseId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select reporter_ref from {safety.ReadSchema}.reports where case_id = $1 group by reporter_ref order by min(submitted_at), reporter_ref");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caseId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Guid> reporters = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            reporters.Add(reader.GetGuid(0));
        }

        return reporters;
    }

    private static async Task<IReadOnlyList<ReportRow>> Rows(LogDatabase safety, string condition, Guid id, int limit, CancellationToken ct)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select {Selected} from {safety.ReadSchema}.reports where {condition} order by submitted_at, report_id limit $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<ReportRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    private static ReportRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetGuid(2),
        reader.GetGuid(3),
        reader.GetString(4),
        (CasePriority)reader.GetInt16(5),
        reader.GetString(6),
        reader.GetGuid(7),
        reader.GetFieldValue<DateTimeOffset>(8),
        reader.GetFieldValue<DateTimeOffset>(9),
        reader.GetString(10),
        reader.IsDBNull(11) ? null : reader.GetString(11),
        reader.IsDBNull(12) ? null : reader.GetGuid(12),
        reader.IsDBNull(13) ? null : reader.GetString(13),
        reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        reader.IsDBNull(15) ? null : reader.GetString(15),
        reader.IsDBNull(16) ? null : reader.GetGuid(16),
        reader.IsDBNull(17) ? null : reader.GetGuid(17));
}
