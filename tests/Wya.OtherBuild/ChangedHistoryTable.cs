using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

public sealed record ChangedHistoryRow(Guid UserId, long Version, DateTimeOffset HappenedAt, string What);

/// <summary>The history of accounts, as a change to it would have it: verifications are left out, and suspensions are called otherwise.</summary>
public sealed class ChangedHistoryTable(string name, string word) : Table<(Guid UserId, long Version), ChangedHistoryRow>
{
    public override string Name => name;

    public override IReadOnlyList<Column<ChangedHistoryRow>> Columns { get; } =
    [
        new Column<ChangedHistoryRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<ChangedHistoryRow, long>("version", "bigint", row => row.Version, isKey: true),
        new Column<ChangedHistoryRow, DateTime>("happened_at", "timestamptz", row => row.HappenedAt.UtcDateTime),
        new Column<ChangedHistoryRow, string>(word, "text", row => row.What),
        new Column<ChangedHistoryRow, string?>("detail", "jsonb", _ => null),
    ];

    public override IReadOnlyList<Column<(Guid UserId, long Version)>> KeyColumns { get; } =
    [
        new Column<(Guid UserId, long Version), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
        new Column<(Guid UserId, long Version), long>("version", "bigint", key => key.Version, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.{name} (
            user_id uuid not null, version bigint not null, happened_at timestamptz not null, {word} text not null, detail jsonb null,
            primary key (user_id, version)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid UserId, long Version)> keys)
    {
        if (recorded.Type != "user.verified")
        {
            keys.Add((recorded.StreamId, recorded.Version));
        }
    }

    public override ChangedHistoryRow? Evolve((Guid UserId, long Version) key, ChangedHistoryRow? row, RecordedEvent recorded) =>
        new(key.UserId, key.Version, recorded.Time, recorded.Type == "user.suspended" ? "paused" : recorded.Type);

    public override ((Guid UserId, long Version) Key, ChangedHistoryRow Row) Read(NpgsqlDataReader reader) =>
        ((reader.GetGuid(0), reader.GetInt64(1)), new(reader.GetGuid(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3)));
}
