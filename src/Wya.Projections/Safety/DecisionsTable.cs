using Npgsql;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="Kind"><c>warn</c>, <c>mute</c>, <c>restrict</c>, <c>suspend</c>, <c>take_down</c> or <c>ban</c>.</param>
/// <param name="Until">Null when it has no end.</param>
/// <param name="DecidedBy">The moderator; of a ban, who agreed to it.</param>
/// <param name="AppealOutcome">Null while it is not appealed or not decided.</param>
public sealed record DecisionRow(
    Guid ActionId,
    Guid UserId,
    string Kind,
    string Category,
    string Ground,
    DateTimeOffset Since,
    DateTimeOffset? Until,
    bool FromReport,
    bool AutomationDetected,
    bool AutomationDecided,
    DateTimeOffset DecidedAt,
    Guid? DecidedBy,
    DateTimeOffset? ReversedAt = null,
    string? AppealOutcome = null);

/// <summary>
/// One row an action in force or not: what of it stands in the clear, for figures and for the public statements. It quotes
/// nothing.
/// </summary>
public sealed class DecisionsTable : Table<Guid, DecisionRow>
{
    private const string Selected =
        """
        action_id, user_id, kind, category, ground, since, until, from_report, automation_detected, automation_decided,
        decided_at, decided_by, reversed_at, appeal_outcome
        """;

    public override string Name => "decisions";

    public override IReadOnlyList<Column<DecisionRow>> Columns { get; } =
    [
        new Column<DecisionRow, Guid>("action_id", "uuid", row => row.ActionId, isKey: true),
        new Column<DecisionRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<DecisionRow, string>("kind", "text", row => row.Kind),
        new Column<DecisionRow, string>("category", "text", row => row.Category),
        new Column<DecisionRow, string>("ground", "text", row => row.Ground),
        new Column<DecisionRow, DateTime>("since", "timestamptz", row => row.Since.UtcDateTime),
        new Column<DecisionRow, DateTime?>("until", "timestamptz", row => row.Until?.UtcDateTime),
        new Column<DecisionRow, bool>("from_report", "boolean", row => row.FromReport),
        new Column<DecisionRow, bool>("automation_detected", "boolean", row => row.AutomationDetected),
        new Column<DecisionRow, bool>("automation_decided", "boolean", row => row.AutomationDecided),
        new Column<DecisionRow, DateTime>("decided_at", "timestamptz", row => row.DecidedAt.UtcDateTime),
        new Column<DecisionRow, Guid?>("decided_by", "uuid", row => row.DecidedBy),
        new Column<DecisionRow, DateTime?>("reversed_at", "timestamptz", row => row.ReversedAt?.UtcDateTime),
        new Column<DecisionRow, string?>("appeal_outcome", "text", row => row.AppealOutcome),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("action_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.decisions (
            action_id           uuid primary key,
            user_id             uuid not null,
            kind                text not null,
            category            text not null check (category in ({EnumText.Listed<Category>()})),
            ground              text not null check (ground in ({EnumText.Listed<GroundKind>()})),
            since               timestamptz not null,
            until               timestamptz null,
            from_report         boolean not null,
            automation_detected boolean not null,
            automation_decided  boolean not null check (not automation_decided),
            decided_at          timestamptz not null,
            decided_by          uuid null,
            reversed_at         timestamptz null,
            appeal_outcome      text null check (appeal_outcome in ({EnumText.Listed<AppealOutcome>()}))
        );
        create index decisions_in_order on {schema}.decisions (decided_at, action_id);
        create index decisions_about on {schema}.decisions (user_id, decided_at);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        Guid? action = recorded.Data switch
        {
            WarningIssued warned => warned.ActionId,
            RestrictionApplied { Basis: not null } applied => applied.RestrictionId,
            CapabilityRestricted taken => taken.ActionId,
            SuspensionApplied suspended => suspended.ActionId,
            BanApplied banned => banned.ActionId,
            ContentTakenDown taken => taken.ActionId,
            ActionReversed reversed => reversed.RestrictionId,
            AppealResolved resolved => resolved.ActionId,
            _ => null,
        };
        if (action is { } id)
        {
            keys.Add(id);
        }
    }

    public override DecisionRow? Evolve(Guid key, DecisionRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        WarningIssued warned => Of(key, warned.UserId.Value, warned.Basis, null, recorded),
        RestrictionApplied { Basis: { } basis } applied => Of(key, applied.UserId.Value, basis, applied.Until, recorded),
        CapabilityRestricted taken => Of(key, taken.UserId.Value, taken.Basis, taken.Until, recorded),
        SuspensionApplied suspended => Of(key, suspended.UserId.Value, suspended.Basis, suspended.Until, recorded),
        BanApplied banned => Of(key, banned.UserId.Value, banned.Basis, null, recorded),
        ContentTakenDown taken => Of(key, taken.UserId.Value, taken.Basis, null, recorded),
        ActionReversed => row is null ? null : row with { ReversedAt = row.ReversedAt ?? recorded.Time },
        AppealResolved resolved => row is null ? null : row with { AppealOutcome = EnumText.Of(resolved.Outcome) },
        _ => row,
    };

    public override (Guid Key, DecisionRow Row) Read(NpgsqlDataReader reader)
    {
        DecisionRow row = ReadRow(reader);
        return (row.ActionId, row);
    }

    /// <summary>In the order of time: those of a period, after a place in it.</summary>
    public static async Task<IReadOnlyList<DecisionRow>> Page(
        LogRows safety, DateTimeOffset from, DateTimeOffset to, (DateTimeOffset DecidedAt, Guid ActionId)? after, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.CreateCommand(
            $"""
            select {Selected} from {safety.Database.ReadSchema}.decisions
            where decided_at >= $1 and decided_at < $2 and ($3::timestamptz is null or (decided_at, action_id) > ($3, $4))
            order by decided_at, action_id limit $5
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = to.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = after?.DecidedAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = after?.ActionId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await Rows(command, ct).ConfigureAwait(false);
    }

    /// <summary>About one person, oldest first.</summary>
    public static async Task<IReadOnlyList<DecisionRow>> About(LogDatabase safety, Guid user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select {Selected} from {safety.ReadSchema}.decisions where user_id = $1 order by decided_at, action_id");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        return await Rows(command, ct).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<DecisionRow>> Rows(NpgsqlCommand command, CancellationToken ct)
    {
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<DecisionRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    private static DecisionRow Of(Guid key, Guid user, ActionBasis basis, DateTimeOffset? until, RecordedEvent recorded) => new(
        key,
        user,
        ModerationActionsTable.Act(recorded)!.Type,
        EnumText.Of(basis.Category),
        EnumText.Of(basis.Ground),
        basis.Since,
        until,
        basis.FromReport,
        basis.AutomationDetected,
        basis.AutomationDecided,
        recorded.Time,
        ModerationActionsTable.Moderator(recorded));

    private static DecisionRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetString(4),
        reader.GetFieldValue<DateTimeOffset>(5),
        reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
        reader.GetBoolean(7),
        reader.GetBoolean(8),
        reader.GetBoolean(9),
        reader.GetFieldValue<DateTimeOffset>(10),
        reader.IsDBNull(11) ? null : reader.GetGuid(11),
        reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12),
        reader.IsDBNull(13) ? null : reader.GetString(13));
}
