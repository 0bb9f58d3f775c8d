using Npgsql;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="EventId">What is recorded with its event has no position yet when its row is looked for.</param>
/// <param name="Position">In safety's log.</param>
/// <param name="Actor">A moderator's id, or <c>system</c>.</param>
/// <param name="What">The event's name: <c>safety.warning_issued</c>.</param>
/// <param name="CaseId">Null where no single case was looked at.</param>
/// <param name="Viewed">What was looked at; null for what was done.</param>
/// <param name="Purpose">Why it was looked at; likewise.</param>
public sealed record SafetyAuditRow(
    Guid EventId, long Position, DateTimeOffset HappenedAt, string Actor, string What, Guid? CaseId, string? Viewed, string? Purpose);

/// <param name="Times">How often on that day, for that purpose.</param>
public sealed record RecordViews(DateOnly Day, string Purpose, int Times);

/// <param name="Actor">Null for everybody.</param>
/// <param name="What">An event's name; null for everything.</param>
public sealed record SafetyAuditFilter(string? Actor = null, string? What = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>
/// Who decided and who looked, in the order of the log, for those who watch the watchers. What people themselves did (reports,
/// appeals, what they dismissed), and what was only noticed, is not in it: it names no reporter, not even by pseudonym.
/// </summary>
public sealed class SafetyAuditTable : Table<Guid, SafetyAuditRow>
{
    public const int PageRowsMax = 100;

    /// <summary>That these were looked at says that there is a reporter, or a hold: the person concerned is not told.</summary>
    private static readonly string[] HiddenViews = [EnumText.Of(ViewKind.Reporter), EnumText.Of(ViewKind.Holds)];

    public override string Name => "safety_audit";

    public override IReadOnlyList<Column<SafetyAuditRow>> Columns { get; } =
    [
        new Column<SafetyAuditRow, Guid>("event_id", "uuid", row => row.EventId, isKey: true),
        new Column<SafetyAuditRow, long>("position", "bigint", row => row.Position),
        new Column<SafetyAuditRow, DateTime>("happened_at", "timestamptz", row => row.HappenedAt.UtcDateTime),
        new Column<SafetyAuditRow, string>("actor", "text", row => row.Actor),
        new Column<SafetyAuditRow, string>("what", "text", row => row.What),
        new Column<SafetyAuditRow, Guid?>("case_id", "uuid", row => row.CaseId),
        new Column<SafetyAuditRow, string?>("viewed", "text", row => row.Viewed),
        new Column<SafetyAuditRow, string?>("purpose", "text", row => row.Purpose),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("event_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.safety_audit (
            event_id    uuid primary key,
            position    bigint not null,
            happened_at timestamptz not null,
            actor       text not null,
            what        text not null,
            case_id     uuid null,
            viewed      text null,
            purpose     text null
        );
        create index idx_safety_audit_position on {schema}.safety_audit (position);
        create index idx_safety_audit_actor on {schema}.safety_audit (actor, position);
        create index idx_safety_audit_what on {schema}.safety_audit (what, position);
        create index idx_safety_audit_time on {schema}.safety_audit (happened_at);
        create index idx_safety_audit_views on {schema}.safety_audit (case_id, position) where viewed is not null;
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is not (SignalRecorded or ReportSubmitted or ReportsGrouped or RiskAssessed or SoftIntervention
            or InterventionDismissed or AppealSubmitted))
        {
            keys.Add(recorded.Id);
        }
    }

    public override SafetyAuditRow? Evolve(Guid key, SafetyAuditRow? row, RecordedEvent recorded) => recorded.Data is RecordViewed view
        ? new SafetyAuditRow(key, recorded.Position, recorded.Time, recorded.Metadata.Actor, recorded.Type, view.CaseId, EnumText.Of(view.What), EnumText.Of(view.Purpose))
        : new SafetyAuditRow(key, recorded.Position, recorded.Time, recorded.Metadata.Actor, recorded.Type, recorded.StreamId, null, null);

    public override (Guid Key, SafetyAuditRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new SafetyAuditRow(
            reader.GetGuid(0),
            reader.GetInt64(1),
            reader.GetFieldValue<DateTimeOffset>(2),
            reader.GetString(3),
            reader.GetString(4),
            reader.IsDBNull(5) ? null : reader.GetGuid(5),
            reader.IsDBNull(6) ? null : reader.GetString(6),
            reader.IsDBNull(7) ? null : reader.GetString(7));
        return (row.EventId, row);
    }

    /// <summary>Newest first, below a position.</summary>
    /// <param name="limit">At most <see cref="PageRowsMax"/>, and one more to see whether there are others.</param>
    public static async Task<IReadOnlyList<SafetyAuditRow>> Before(
        LogDatabase safety, long before, SafetyAuditFilter filter, int limit, CancellationToken ct = default)
    {
        // A text for each set of filters, so that each gets the plan of its own index.
        List<NpgsqlParameter> given = [new NpgsqlParameter<long> { TypedValue = before }, new NpgsqlParameter<int> { TypedValue = Math.Clamp(limit, 1, PageRowsMax + 1) }];
        List<string> conditions = ["position < $1"];
        void Ask(string condition, NpgsqlParameter? value)
        {
            if (value is not null)
            {
                given.Add(value);
                conditions.Add($"{condition} ${given.Count}");
            }
        }

        Ask("actor =", filter.Actor is { } actor ? new NpgsqlParameter<string> { TypedValue = actor } : null);
        Ask("what =", filter.What is { } what ? new NpgsqlParameter<string> { TypedValue = what } : null);
        Ask("happened_at >=", filter.From is { } from ? new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime } : null);
        Ask("happened_at <", filter.To is { } to ? new NpgsqlParameter<DateTime> { TypedValue = to.UtcDateTime } : null);
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select event_id, position, happened_at, actor, what, case_id, viewed, purpose from {safety.ReadSchema}.safety_audit
            where {string.Join(" and ", conditions)} order by position desc limit $2
            """);
        command.Parameters.AddRange(given.ToArray());
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<SafetyAuditRow> rows = [];
        var table = new SafetyAuditTable();
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(table.Read(reader).Row);
        }

        return rows;
    }

    /// <summary>How often the record was looked at, by day and purpose, newest first. Never by whom.</summary>
    public static async Task<IReadOnlyList<RecordViews>> ViewsOf(LogDatabase safety, CaseId record, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select (happened_at at time zone 'UTC')::date as day, purpose, count(*)::int from {safety.ReadSchema}.safety_audit
            where case_id = $1 and viewed is not null group by day, purpose order by day desc, purpose limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = record.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<RecordViews> views = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            views.Add(new RecordViews(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetInt32(2)));
        }

        return views;
    }

    /// <summary>
    /// The positions of what the person concerned may see proved: what was decided about them and what they said to it, how
    /// they were assessed, what they were shown, and who looked, as far as that does not tell on a reporter or a hold.
    /// </summary>
    /// <param name="to">The last position that can be proved.</param>
    public static async Task<IReadOnlyList<long>> ProvablePositions(
        LogDatabase safety, CaseId record, long after, long to, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select position from (
                select e.seq_id as position from {safety.LogSchema}.mt_events e
                where e.stream_id = $1 and e.type = any($2) and e.seq_id > $3 and e.seq_id <= $4
                union all
                select a.position from {safety.ReadSchema}.safety_audit a
                where a.case_id = $1 and a.viewed is not null and a.viewed <> all($5) and a.position > $3 and a.position <= $4) own
            order by position limit $6
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = record.Value });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. safety.Types.StoredNames([.. OwnRecord.EventNames])] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = HiddenViews });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<long> positions = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            positions.Add(reader.GetInt64(0));
        }

        return positions;
    }
}
