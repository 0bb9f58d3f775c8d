using System.Text.Json;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="What">The event's name: <c>user.suspended</c>.</param>
/// <param name="Detail">JSON for the person concerned, its sensitive parts sealed as in the event; or null.</param>
public sealed record AccountHistoryRow(Guid UserId, long Version, DateTimeOffset HappenedAt, string What, string? Detail);

/// <summary>What happened to each account, for its owner to read: nothing about them is hidden from them.</summary>
public sealed class AccountHistoryTable : Table<(Guid UserId, long Version), AccountHistoryRow>
{
    public const int PageRowsMax = 100;

    public override string Name => "account_history";

    public override IReadOnlyList<Column<AccountHistoryRow>> Columns { get; } =
    [
        new Column<AccountHistoryRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<AccountHistoryRow, long>("version", "bigint", row => row.Version, isKey: true),
        new Column<AccountHistoryRow, DateTime>("happened_at", "timestamptz", row => row.HappenedAt.UtcDateTime),
        new Column<AccountHistoryRow, string>("what", "text", row => row.What),
        new Column<AccountHistoryRow, string?>("detail", "jsonb", row => row.Detail),
    ];

    public override IReadOnlyList<Column<(Guid UserId, long Version)>> KeyColumns { get; } =
    [
        new Column<(Guid UserId, long Version), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
        new Column<(Guid UserId, long Version), long>("version", "bigint", key => key.Version, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.account_history (
            user_id     uuid not null,
            version     bigint not null,
            happened_at timestamptz not null,
            what        text not null,
            detail      jsonb null,
            primary key (user_id, version)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid UserId, long Version)> keys)
    {
        if (recorded.Data is not UserEvent)
        {
            return;
        }

        // An erased account keeps what happened, and nothing of what was said.
        for (long version = recorded.Data is UserErased ? 1 : recorded.Version; version <= recorded.Version; version++)
        {
            keys.Add((recorded.StreamId, version));
        }
    }

    public override AccountHistoryRow? Evolve((Guid UserId, long Version) key, AccountHistoryRow? row, RecordedEvent recorded) =>
        key.Version != recorded.Version
        ? row! with { Detail = null }
        : new(key.UserId, key.Version, recorded.Time, recorded.Type, Detail((UserEvent)recorded.Data));

    public override ((Guid UserId, long Version) Key, AccountHistoryRow Row) Read(NpgsqlDataReader reader)
    {
        AccountHistoryRow row = ReadRow(reader);
        return ((row.UserId, row.Version), row);
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">Rows below this version; null starts at the newest.</param>
    /// <param name="limit">At most <see cref="PageRowsMax"/>.</param>
    public static async Task<IReadOnlyList<AccountHistoryRow>> Page(
        LogRows identity, UserId user, long? before, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.CreateCommand(
            $"""
            select user_id, version, happened_at, what, detail from {identity.Database.ReadSchema}.account_history
            where user_id = $1 and version < $2 order by version desc limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before ?? long.MaxValue });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Clamp(limit, 1, PageRowsMax) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<AccountHistoryRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    private static AccountHistoryRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetInt64(1),
        reader.GetFieldValue<DateTimeOffset>(2),
        reader.GetString(3),
        reader.IsDBNull(4) ? null : reader.GetString(4));

    private static string? Detail(UserEvent fact) => fact switch
    {
        UserCreated created => Json(new { created.Handle, created.AgeLayer }),
        AgeLayerChanged changed => Json(new { changed.From, changed.To }),
        UserSuspended suspended => Json(new { suspended.Until, suspended.Reason }),
        UserBanned banned => Json(new { banned.Reason }),
        PermissionRestricted restricted => Json(new { restricted.Capability, restricted.Until, restricted.Reason }),
        PermissionRestored restored => Json(new { restored.Capability }),
        ErasureRequested requested => Json(new { requested.DueAt }),
        PermissionGranted granted => Json(new { granted.Capability }),
        PermissionRevoked revoked => Json(new { revoked.Capability, revoked.Reason }),
        _ => null,
    };

    private static string Json<T>(T detail) => JsonSerializer.Serialize(detail, EventJson.Options);
}
