using Npgsql;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="Words">Of the person concerned, as sealed in the event.</param>
/// <param name="Outcome">Null while it is open.</param>
/// <param name="Explanation">As sealed in the event.</param>
/// <param name="ResolvedBy">The moderator.</param>
public sealed record AppealRow(
    Guid AppealId,
    Guid ActionId,
    Guid CaseId,
    Guid UserId,
    DateTimeOffset SubmittedAt,
    DateTimeOffset DueAt,
    string Words,
    string? Outcome = null,
    DateTimeOffset? ResolvedAt = null,
    string? Explanation = null,
    Guid? ResolvedBy = null);

/// <summary>One row an appeal, open or decided; at most one an action, for ever.</summary>
public sealed class AppealsTable : Table<Guid, AppealRow>
{
    private const string Selected =
        "appeal_id, action_id, case_id, user_id, submitted_at, due_at, words, outcome, resolved_at, explanation, resolved_by";

    public override string Name => "appeals";

    public override IReadOnlyList<Column<AppealRow>> Columns { get; } =
    [
        new Column<AppealRow, Guid>("appeal_id", "uuid", row => row.AppealId, isKey: true),
        new Column<AppealRow, Guid>("action_id", "uuid", row => row.ActionId),
        new Column<AppealRow, Guid>("case_id", "uuid", row => row.CaseId),
        new Column<AppealRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<AppealRow, DateTime>("submitted_at", "timestamptz", row => row.SubmittedAt.UtcDateTime),
        new Column<AppealRow, DateTime>("due_at", "timestamptz", row => row.DueAt.UtcDateTime),
        new Column<AppealRow, string>("words", "text", row => row.Words),
        new Column<AppealRow, string?>("outcome", "text", row => row.Outcome),
        new Column<AppealRow, DateTime?>("resolved_at", "timestamptz", row => row.ResolvedAt?.UtcDateTime),
        new Column<AppealRow, string?>("explanation", "text", row => row.Explanation),
        new Column<AppealRow, Guid?>("resolved_by", "uuid", row => row.ResolvedBy),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("appeal_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.appeals (
            appeal_id    uuid primary key,
            action_id    uuid not null,
            case_id      uuid not null,
            user_id      uuid not null,
            submitted_at timestamptz not null,
            due_at       timestamptz not null,
            words        text not null,
            outcome      text null check (outcome in ({EnumText.Listed<AppealOutcome>()})),
            resolved_at  timestamptz null,
            explanation  text null,
            resolved_by  uuid null
        );
        create index appeals_open on {schema}.appeals (due_at, appeal_id) where outcome is null;
        create index appeals_of_case on {schema}.appeals (case_id, submitted_at);
        create index appeals_resolved on {schema}.appeals (resolved_at) where outcome is not null;
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case AppealSubmitted submitted:
                keys.Add(submitted.AppealId);
                break;
            case AppealResolved resolved:
                keys.Add(resolved.AppealId);
                break;
        }
    }

    public override AppealRow? Evolve(Guid key, AppealRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        AppealSubmitted submitted => new AppealRow(
            key,
            submitted.ActionId,
            recorded.StreamId,
            submitted.UserId.Value,
            recorded.Time,
            recorded.Time + SafetyPolicy.AppealDueWithin,
            submitted.Words.Token!),
        AppealResolved resolved => row is null ? null : row with
        {
            Outcome = EnumText.Of(resolved.Outcome),
            ResolvedAt = recorded.Time,
            Explanation = resolved.Explanation.Token,
            ResolvedBy = ModerationActionsTable.Moderator(recorded),
        },
        _ => row,
    };

    public override (Guid Key, AppealRow Row) Read(NpgsqlDataReader reader)
    {
        AppealRow row = ReadRow(reader);
        return (row.AppealId, row);
    }

    public static async Task<AppealRow?> Find(LogDatabase safety, Guid appeal, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select {Selected} from {safety.ReadSchema}.appeals where appeal_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = appeal });
        return await Rows(command, ct).ConfigureAwait(false) is [var row] ? row : null;
    }

    /// <summary>Oldest first.</summary>
    public static async Task<IReadOnlyList<AppealRow>> OfCase(LogDatabase safety, Guid caseId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select {Selected} from {safety.ReadSchema}.appeals where case_id = $1 order by submitted_at, appeal_id");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caseId });
        return await Rows(command, ct).ConfigureAwait(false);
    }

    /// <summary>Those that wait, the most urgent first.</summary>
    /// <param name="after">The last of the page before; null for the first.</param>
    public static async Task<IReadOnlyList<AppealRow>> Open(
        LogDatabase safety, (DateTimeOffset DueAt, Guid AppealId)? after, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select {Selected} from {safety.ReadSchema}.appeals
            where outcome is null and ($1::timestamptz is null or (due_at, appeal_id) > ($1, $2))
            order by due_at, appeal_id limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = after?.DueAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = after?.AppealId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await Rows(command, ct).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<AppealRow>> Rows(NpgsqlCommand command, CancellationToken ct)
    {
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<AppealRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    private static AppealRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetGuid(2),
        reader.GetGuid(3),
        reader.GetFieldValue<DateTimeOffset>(4),
        reader.GetFieldValue<DateTimeOffset>(5),
        reader.GetString(6),
        reader.IsDBNull(7) ? null : reader.GetString(7),
        reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
        reader.IsDBNull(9) ? null : reader.GetString(9),
        reader.IsDBNull(10) ? null : reader.GetGuid(10));
}
