using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

public sealed record UserRow(Guid Id);

/// <summary>
/// Everybody of whom there is an edge, so that <c>edges</c> can refer to them. Folded from the graph's own log and in the
/// same read model: what identity says of people comes later and is rebuilt by itself, see <see cref="PeopleTable"/>.
/// </summary>
public sealed class UsersTable : Table<Guid, UserRow>
{
    public override string Name => "users";

    public override IReadOnlyList<Column<UserRow>> Columns { get; } = [new Column<UserRow, Guid>("id", "uuid", row => row.Id, isKey: true)];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) => $"create table {schema}.users (id uuid primary key)";

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        (Guid One, Guid Other)? pair = recorded.Data switch
        {
            FriendAdded added => (added.UserId.Value, added.FriendId.Value),
            FollowAdded added => (added.UserId.Value, added.FollowedId.Value),
            UserBlocked blocked => (blocked.BlockerId.Value, blocked.BlockedId.Value),
            _ => null,
        };
        if (pair is { } both)
        {
            keys.Add(both.One);
            keys.Add(both.Other);
        }
    }

    public override UserRow? Evolve(Guid key, UserRow? row, RecordedEvent recorded) => row ?? new UserRow(key);

    public override (Guid Key, UserRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new UserRow(reader.GetGuid(0));
        return (row.Id, row);
    }
}
