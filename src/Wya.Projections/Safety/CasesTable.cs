using System.Text.Json;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="RiskScore">As last assessed; null while it never was. It fades from then on.</param>
/// <param name="RiskParts">JSON, as in the event.</param>
/// <param name="AttentionDueAt">By when somebody must look because of a level or a signal; null once they have decided.</param>
/// <param name="ProposalDueAt">By when a proposed ban must be looked at by another moderator; null while there is none.</param>
/// <param name="GroupedAs">The person's own reports wait together under this pseudonym.</param>
public sealed record CaseRow(
    Guid CaseId,
    Guid? UserId,
    string Level,
    double? RiskScore,
    string? RiskParts,
    DateTimeOffset OpenedAt,
    DateTimeOffset? AttentionDueAt,
    CasePriority? Escalated,
    DateTimeOffset? EscalatedDueAt,
    int Proposals,
    DateTimeOffset? ProposalDueAt,
    Guid? GroupedAs,
    DateTimeOffset? GroupedAt,
    Guid? ClaimedBy,
    DateTimeOffset? ClaimedUntil);

/// <summary>One row a person in the care of moderation. What waits in it beside its reports; those are rows of their own.</summary>
public sealed class CasesTable : Table<Guid, CaseRow>
{
    public override string Name => "cases";

    public override IReadOnlyList<Column<CaseRow>> Columns { get; } =
    [
        new Column<CaseRow, Guid>("case_id", "uuid", row => row.CaseId, isKey: true),
        new Column<CaseRow, Guid?>("user_id", "uuid", row => row.UserId),
        new Column<CaseRow, string>("level", "text", row => row.Level),
        new Column<CaseRow, double?>("risk_score", "double precision", row => row.RiskScore),
        new Column<CaseRow, string?>("risk_parts", "jsonb", row => row.RiskParts, parameterType: "text"),
        new Column<CaseRow, DateTime>("opened_at", "timestamptz", row => row.OpenedAt.UtcDateTime),
        new Column<CaseRow, DateTime?>("attention_due_at", "timestamptz", row => row.AttentionDueAt?.UtcDateTime),
        new Column<CaseRow, short?>("escalated", "smallint", row => (short?)row.Escalated),
        new Column<CaseRow, DateTime?>("escalated_due_at", "timestamptz", row => row.EscalatedDueAt?.UtcDateTime),
        new Column<CaseRow, int>("proposals", "integer", row => row.Proposals),
        new Column<CaseRow, DateTime?>("proposal_due_at", "timestamptz", row => row.ProposalDueAt?.UtcDateTime),
        new Column<CaseRow, Guid?>("grouped_as", "uuid", row => row.GroupedAs),
        new Column<CaseRow, DateTime?>("grouped_at", "timestamptz", row => row.GroupedAt?.UtcDateTime),
        new Column<CaseRow, Guid?>("claimed_by", "uuid", row => row.ClaimedBy),
        new Column<CaseRow, DateTime?>("claimed_until", "timestamptz", row => row.ClaimedUntil?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("case_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.cases (
            case_id          uuid primary key,
            user_id          uuid null,
            level            text not null check (level in ({EnumText.Listed<RiskLevel>()})),
            risk_score       double precision null,
            risk_parts       jsonb null,
            opened_at        timestamptz not null,
            attention_due_at timestamptz null,
            escalated        smallint null check (escalated between 0 and 3),
            escalated_due_at timestamptz null,
            proposals        integer not null check (proposals >= 0),
            proposal_due_at  timestamptz null,
            grouped_as       uuid null,
            grouped_at       timestamptz null,
            claimed_by       uuid null,
            claimed_until    timestamptz null
        );
        create index cases_grouped on {schema}.cases (grouped_as) where grouped_as is not null;
        create index cases_waiting on {schema}.cases (case_id)
            where attention_due_at is not null or escalated is not null or proposals > 0 or grouped_as is not null;
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is CaseEvent)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override CaseRow? Evolve(Guid key, CaseRow? row, RecordedEvent recorded)
    {
        DateTimeOffset time = recorded.Time;
        CaseRow known = row ?? new CaseRow(
            key, null, EnumText.Of(RiskLevel.Monitor), null, null, time, null, null, null, 0, null, null, null, null, null);
        known = known with { UserId = known.UserId ?? UserOf(recorded.Data)?.Value };
        return recorded.Data switch
        {
            SignalRecorded signal when signal.Weight >= SafetyPolicy.CriticalWeight => Attended(known, time),
            RiskAssessed assessed => (assessed.To == RiskLevel.Protect && assessed.From != RiskLevel.Protect ? Attended(known, time) : known) with
            {
                Level = EnumText.Of(assessed.To),
                RiskScore = assessed.Score,
                RiskParts = JsonSerializer.Serialize(assessed.Parts, EventJson.Options),
            },
            CaseEscalated escalated => known with
            {
                Escalated = escalated.Priority,
                EscalatedDueAt = time + SafetyPolicy.DueWithin(escalated.Priority),
            },
            CaseClaimed claimed => known with { ClaimedBy = claimed.By, ClaimedUntil = claimed.Until },
            CaseReleased => known with { ClaimedBy = null, ClaimedUntil = null },
            ReportsGrouped grouped => known with { GroupedAs = grouped.ReporterRef, GroupedAt = time },
            ReportsUngrouped => known with { GroupedAs = null, GroupedAt = null },
            BanProposed => known with
            {
                Proposals = known.Proposals + 1,
                ProposalDueAt = known.ProposalDueAt ?? time + SafetyPolicy.DueWithin(CasePriority.High),
            },
            BanDeclined => Decided(known),
            BanApplied => Decided(Looked(known)),
            CaseCleared => Looked(known) with { Proposals = 0, ProposalDueAt = null },
            WarningIssued or RestrictionApplied or CapabilityRestricted or SuspensionApplied or ContentTakenDown => Looked(known),
            _ => known,
        };
    }

    public override (Guid Key, CaseRow Row) Read(NpgsqlDataReader reader)
    {
        CaseRow row = ReadRow(reader);
        return (row.CaseId, row);
    }

    /// <returns>Null when nothing was ever noticed or said of the person.</returns>
    public static async Task<CaseRow?> Find(LogDatabase safety, Guid caseId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select case_id, user_id, level, risk_score, risk_parts::text, opened_at, attention_due_at, escalated, escalated_due_at,
                   proposals, proposal_due_at, grouped_as, grouped_at, claimed_by, claimed_until
            from {safety.ReadSchema}.cases where case_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caseId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? ReadRow(reader) : null;
    }

    /// <summary>Whose case it is, where the event says so.</summary>
    internal static UserId? UserOf(object fact) => fact switch
    {
        SignalRecorded one => one.UserId,
        ReportSubmitted one => one.UserId,
        ReportsGrouped one => one.UserId,
        RiskAssessed one => one.UserId,
        SoftIntervention one => one.UserId,
        CaseClaimed one => one.UserId,
        NoteAdded one => one.UserId,
        CaseEscalated one => one.UserId,
        CaseCleared one => one.UserId,
        WarningIssued one => one.UserId,
        RestrictionApplied one => one.UserId,
        CapabilityRestricted one => one.UserId,
        SuspensionApplied one => one.UserId,
        BanProposed one => one.UserId,
        ContentTakenDown one => one.UserId,
        HoldProposed one => one.UserId,
        _ => null,
    };

    private static CaseRow Attended(CaseRow row, DateTimeOffset time) =>
        row with { AttentionDueAt = row.AttentionDueAt ?? time + SafetyPolicy.DueWithin(CasePriority.Immediate) };

    private static CaseRow Looked(CaseRow row) => row with { AttentionDueAt = null, Escalated = null, EscalatedDueAt = null };

    private static CaseRow Decided(CaseRow row) =>
        row with { Proposals = Math.Max(0, row.Proposals - 1), ProposalDueAt = row.Proposals > 1 ? row.ProposalDueAt : null };

    private static CaseRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.IsDBNull(1) ? null : reader.GetGuid(1),
        reader.GetString(2),
        reader.IsDBNull(3) ? null : reader.GetDouble(3),
        reader.IsDBNull(4) ? null : reader.GetString(4),
        reader.GetFieldValue<DateTimeOffset>(5),
        Time(reader, 6),
        reader.IsDBNull(7) ? null : (CasePriority)reader.GetInt16(7),
        Time(reader, 8),
        reader.GetInt32(9),
        Time(reader, 10),
        reader.IsDBNull(11) ? null : reader.GetGuid(11),
        Time(reader, 12),
        reader.IsDBNull(13) ? null : reader.GetGuid(13),
        Time(reader, 14));

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<DateTimeOffset>(ordinal);
}
