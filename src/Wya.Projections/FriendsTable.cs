using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <param name="LowId">Of the two, whose id sorts first, byte by byte.</param>
public sealed record FriendsRow(Guid LowId, Guid HighId);

/// <summary>Who are friends, as the graph announces it, for each domain that asks: one row a pair. A block ends it.</summary>
public sealed class FriendsTable : Table<(Guid LowId, Guid HighId), FriendsRow>
{
    public override string Name => "friends";

    public override IReadOnlyList<Column<FriendsRow>> Columns { get; } =
    [
        new Column<FriendsRow, Guid>("low_id", "uuid", row => row.LowId, isKey: true),
        new Column<FriendsRow, Guid>("high_id", "uuid", row => row.HighId, isKey: true),
    ];

    public override IReadOnlyList<Column<(Guid LowId, Guid HighId)>> KeyColumns { get; } =
    [
        new Column<(Guid LowId, Guid HighId), Guid>("low_id", "uuid", key => key.LowId, isKey: true),
        new Column<(Guid LowId, Guid HighId), Guid>("high_id", "uuid", key => key.HighId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.friends (
            low_id  uuid not null,
            high_id uuid not null,
            primary key (low_id, high_id),
            check (low_id < high_id)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid LowId, Guid HighId)> keys)
    {
        switch (recorded.Data)
        {
            case FriendAdded added:
                keys.Add(Pair(added.UserId, added.FriendId));
                break;
            case FriendRemoved removed:
                keys.Add(Pair(removed.UserId, removed.FriendId));
                break;
            case UserBlocked blocked:
                keys.Add(Pair(blocked.BlockerId, blocked.BlockedId));
                break;
        }
    }

    public override FriendsRow? Evolve((Guid LowId, Guid HighId) key, FriendsRow? row, RecordedEvent recorded) =>
        recorded.Data is FriendAdded ? new FriendsRow(key.LowId, key.HighId) : null;

    public override ((Guid LowId, Guid HighId) Key, FriendsRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new FriendsRow(reader.GetGuid(0), reader.GetGuid(1));
        return ((row.LowId, row.HighId), row);
    }

    /// <summary>In PostgreSQL's order, which is that of the bytes as they are written.</summary>
    private static (Guid LowId, Guid HighId) Pair(UserId one, UserId other) =>
        string.CompareOrdinal(one.Value.ToString("n"), other.Value.ToString("n")) < 0 ? (one.Value, other.Value) : (other.Value, one.Value);
}
