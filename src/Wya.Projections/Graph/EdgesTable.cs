using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <param name="Type"><c>friend</c>, <c>follow</c> or <c>block</c>.</param>
public readonly record struct EdgeKey(Guid FromUser, Guid ToUser, string Type);

public sealed record EdgeRow(Guid FromUser, Guid ToUser, string Type, DateTimeOffset CreatedAt);

/// <summary>
/// Who is with whom, as the specification has it: what everything else about the graph is derived from, and nobody's to read
/// as it is. Friends are two rows, one each way. A block takes the place of all other edges of the two.
/// </summary>
public sealed class EdgesTable : Table<EdgeKey, EdgeRow>
{
    public const string Friend = "friend";
    public const string Follow = "follow";
    public const string Block = "block";

    public override string Name => "edges";

    public override IReadOnlyList<Column<EdgeRow>> Columns { get; } =
    [
        new Column<EdgeRow, Guid>("from_user", "uuid", row => row.FromUser, isKey: true),
        new Column<EdgeRow, Guid>("to_user", "uuid", row => row.ToUser, isKey: true),
        new Column<EdgeRow, string>("type", "varchar", row => row.Type, isKey: true),
        new Column<EdgeRow, DateTime>("created_at", "timestamp", row => Utc.Write(row.CreatedAt)),
    ];

    public override IReadOnlyList<Column<EdgeKey>> KeyColumns { get; } =
    [
        new Column<EdgeKey, Guid>("from_user", "uuid", key => key.FromUser, isKey: true),
        new Column<EdgeKey, Guid>("to_user", "uuid", key => key.ToUser, isKey: true),
        new Column<EdgeKey, string>("type", "varchar", key => key.Type, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.edges (
            from_user  uuid not null references {schema}.users (id) on delete cascade,
            to_user    uuid not null references {schema}.users (id) on delete cascade,
            type       varchar(20) not null check (type in ('friend', 'follow', 'block')),
            created_at timestamp not null default now(),
            primary key (from_user, to_user, type)
        );
        create index idx_edges_from on {schema}.edges (from_user);
        create index idx_edges_to on {schema}.edges (to_user);
        create index idx_edges_type on {schema}.edges (type);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<EdgeKey> keys)
    {
        switch (recorded.Data)
        {
            case FriendAdded added:
                Both(added.UserId, added.FriendId, Friend, keys);
                break;
            case FriendRemoved removed:
                Both(removed.UserId, removed.FriendId, Friend, keys);
                break;
            case FollowAdded added:
                keys.Add(new EdgeKey(added.UserId.Value, added.FollowedId.Value, Follow));
                break;
            case FollowRemoved removed:
                keys.Add(new EdgeKey(removed.UserId.Value, removed.FollowedId.Value, Follow));
                break;
            case UserBlocked blocked:
                Both(blocked.BlockerId, blocked.BlockedId, Friend, keys);
                Both(blocked.BlockerId, blocked.BlockedId, Follow, keys);
                keys.Add(new EdgeKey(blocked.BlockerId.Value, blocked.BlockedId.Value, Block));
                break;
            case UserUnblocked unblocked:
                keys.Add(new EdgeKey(unblocked.BlockerId.Value, unblocked.BlockedId.Value, Block));
                break;
        }
    }

    public override EdgeRow? Evolve(EdgeKey key, EdgeRow? row, RecordedEvent recorded)
    {
        bool isThere = recorded.Data is FriendAdded or FollowAdded || (recorded.Data is UserBlocked && key.Type == Block);
        return isThere ? row ?? new EdgeRow(key.FromUser, key.ToUser, key.Type, recorded.Time) : null;
    }

    public override (EdgeKey Key, EdgeRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new EdgeRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), Utc.Read(reader, 3));
        return (new EdgeKey(row.FromUser, row.ToUser, row.Type), row);
    }

    private static void Both(UserId one, UserId other, string type, ICollection<EdgeKey> keys)
    {
        keys.Add(new EdgeKey(one.Value, other.Value, type));
        keys.Add(new EdgeKey(other.Value, one.Value, type));
    }
}
