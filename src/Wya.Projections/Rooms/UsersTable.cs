using Npgsql;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

public sealed record UserRow(Guid Id);

/// <summary>
/// Everybody who was ever given a room, so that <c>rooms</c> can refer to them. Folded from the log of rooms itself: what
/// identity says of people comes later and is rebuilt by itself, see <see cref="PeopleTable"/>.
/// </summary>
public sealed class UsersTable : Table<Guid, UserRow>
{
    public override string Name => "users";

    public override IReadOnlyList<Column<UserRow>> Columns { get; } = [new Column<UserRow, Guid>("id", "uuid", row => row.Id, isKey: true)];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) => $"create table {schema}.users (id uuid primary key)";

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is RoomCreated created)
        {
            keys.Add(created.OwnerId.Value);
        }
    }

    public override UserRow? Evolve(Guid key, UserRow? row, RecordedEvent recorded) => row ?? new UserRow(key);

    public override (Guid Key, UserRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new UserRow(reader.GetGuid(0));
        return (row.Id, row);
    }
}
