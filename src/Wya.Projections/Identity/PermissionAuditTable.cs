using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="Position">In identity's log.</param>
/// <param name="Actor">Who did it: a person's id, or <c>system</c>.</param>
/// <param name="What">The event's name: <c>user.permission_granted</c>.</param>
/// <param name="Capability">Null when it concerns all of them.</param>
/// <param name="Until">When it ends by itself, if it does.</param>
public sealed record PermissionAuditRow(
    long Position, DateTimeOffset HappenedAt, Guid UserId, string Actor, string What, string? Capability, DateTimeOffset? Until);

/// <summary>
/// Everything that anyone has done to what people may do, in the order of the log. It holds no reasons: those are for the
/// person concerned. It outlives an erasure, with ids alone.
/// </summary>
public sealed class PermissionAuditTable : Table<long, PermissionAuditRow>
{
    public const int PageRowsMax = 100;

    public override string Name => "permission_audit";

    public override IReadOnlyList<Column<PermissionAuditRow>> Columns { get; } =
    [
        new Column<PermissionAuditRow, long>("position", "bigint", row => row.Position, isKey: true),
        new Column<PermissionAuditRow, DateTime>("happened_at", "timestamptz", row => row.HappenedAt.UtcDateTime),
        new Column<PermissionAuditRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<PermissionAuditRow, string>("actor", "text", row => row.Actor),
        new Column<PermissionAuditRow, string>("what", "text", row => row.What),
        new Column<PermissionAuditRow, string?>("capability", "varchar", row => row.Capability),
        new Column<PermissionAuditRow, DateTime?>("until", "timestamptz", row => row.Until?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<long>> KeyColumns { get; } = [new Column<long, long>("position", "bigint", key => key, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.permission_audit (
            position    bigint primary key,
            happened_at timestamptz not null,
            user_id     uuid not null,
            actor       text not null,
            what        text not null,
            capability  varchar(100) null,
            until       timestamptz null
        );
        create index idx_permission_audit_user on {schema}.permission_audit (user_id, position);
        create index idx_permission_audit_capability on {schema}.permission_audit (capability, position);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<long> keys)
    {
        if (recorded.Data is PermissionGranted or PermissionRevoked or PermissionRestricted or PermissionRestored
            or UserSuspended or UserUnsuspended or UserBanned or UserUnbanned)
        {
            keys.Add(recorded.Position);
        }
    }

    public override PermissionAuditRow? Evolve(long key, PermissionAuditRow? row, RecordedEvent recorded)
    {
        (string? capability, DateTimeOffset? until) = recorded.Data switch
        {
            PermissionGranted granted => (granted.Capability, null),
            PermissionRevoked revoked => (revoked.Capability, null),
            PermissionRestricted restricted => (restricted.Capability, restricted.Until),
            PermissionRestored restored => (restored.Capability, null),
            UserSuspended suspended => (null, suspended.Until),
            _ => ((string?)null, (DateTimeOffset?)null),
        };
        return new PermissionAuditRow(key, recorded.Time, recorded.StreamId, recorded.Metadata.Actor, recorded.Type, capability, until);
    }

    public override (long Key, PermissionAuditRow Row) Read(NpgsqlDataReader reader)
    {
        PermissionAuditRow row = ReadRow(reader);
        return (row.Position, row);
    }

    /// <summary>Newest first, below a position.</summary>
    /// <param name="before">Null starts at the newest.</param>
    /// <param name="limit">At most <see cref="PageRowsMax"/>, and one more to see whether there are others.</param>
    public static Task<IReadOnlyList<PermissionAuditRow>> Before(
        LogRows identity, long? before, UserId? user, string? capability, int limit, CancellationToken ct = default) =>
        Page(identity, "position < $1 order by position desc", before ?? long.MaxValue, user, capability, limit, ct);

    /// <summary>Oldest first, above a position.</summary>
    /// <param name="limit">As for <see cref="Before"/>.</param>
    public static Task<IReadOnlyList<PermissionAuditRow>> After(
        LogRows identity, long after, UserId? user, string? capability, int limit, CancellationToken ct = default) =>
        Page(identity, "position > $1 order by position", after, user, capability, limit, ct);

    private static async Task<IReadOnlyList<PermissionAuditRow>> Page(
        LogRows identity, string from, long position, UserId? user, string? capability, int limit, CancellationToken ct)
    {
        // A text for each set of filters, so that each gets the plan of its own index.
        string filter = (user is null ? "" : "user_id = $3 and ") + (capability is null ? "" : $"capability = ${(user is null ? 3 : 4)} and ");
        await using NpgsqlCommand command = identity.CreateCommand(
            $"""
            select position, happened_at, user_id, actor, what, capability, until from {identity.Database.ReadSchema}.permission_audit
            where {filter}{from} limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Clamp(limit, 1, PageRowsMax + 1) });
        if (user is { } one)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = one.Value });
        }

        if (capability is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = capability });
        }

        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<PermissionAuditRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    private static PermissionAuditRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetFieldValue<DateTimeOffset>(1),
        reader.GetGuid(2),
        reader.GetString(3),
        reader.GetString(4),
        reader.IsDBNull(5) ? null : reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6));
}
