using Npgsql;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <param name="ActiveVersion">0 while there is nothing to show.</param>
/// <param name="Visibility"><c>public</c>, <c>friends</c> or <c>private</c>.</param>
public sealed record RoomRow(Guid RoomId, Guid OwnerId, int ActiveVersion, string Visibility, DateTimeOffset UpdatedAt)
{
    /// <summary>By whom.</summary>
    public RoomVisibility Seen => VisibilityText.Read(Visibility);
}

/// <summary>Each room that is there, as the specification has it. A rollback changes one number here, and no object.</summary>
public sealed class RoomsTable : Table<Guid, RoomRow>
{
    public override string Name => "rooms";

    public override IReadOnlyList<Column<RoomRow>> Columns { get; } =
    [
        new Column<RoomRow, Guid>("room_id", "uuid", row => row.RoomId, isKey: true),
        new Column<RoomRow, Guid>("owner_id", "uuid", row => row.OwnerId),
        new Column<RoomRow, int>("active_version", "integer", row => row.ActiveVersion),
        new Column<RoomRow, string>("visibility", "varchar", row => row.Visibility),
        new Column<RoomRow, DateTime>("updated_at", "timestamp", row => Utc.Write(row.UpdatedAt)),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("room_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.rooms (
            room_id        uuid primary key,
            owner_id       uuid not null references {schema}.users (id) on delete cascade,
            active_version integer not null,
            visibility     varchar(20) not null default 'public' check (visibility in ('public', 'friends', 'private')),
            updated_at     timestamp not null default now()
        );
        create index idx_rooms_owner on {schema}.rooms (owner_id);
        create index idx_rooms_visibility on {schema}.rooms (visibility);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is RoomCreated or RoomVersionPublished or RoomRolledBack or RoomVisibilityChanged or RoomDeleted
            or RoomVersionTakenDown or RoomVersionReinstated)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override RoomRow? Evolve(Guid key, RoomRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        RoomCreated created => new RoomRow(key, created.OwnerId.Value, 0, VisibilityText.Of(created.Visibility), recorded.Time),
        RoomDeleted => null,
        RoomVersionPublished published => row! with { ActiveVersion = published.Version, UpdatedAt = recorded.Time },
        RoomRolledBack rolledBack => row! with { ActiveVersion = rolledBack.Version, UpdatedAt = recorded.Time },
        RoomVisibilityChanged changed => row! with { Visibility = VisibilityText.Of(changed.Visibility), UpdatedAt = recorded.Time },
        RoomVersionTakenDown taken => row! with { ActiveVersion = taken.ActiveVersion, UpdatedAt = recorded.Time },
        RoomVersionReinstated reinstated => row! with { ActiveVersion = reinstated.ActiveVersion, UpdatedAt = recorded.Time },
        _ => row,
    };

    public override (Guid Key, RoomRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new RoomRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetString(3), Utc.Read(reader, 4));
        return (row.RoomId, row);
    }
}

internal static class VisibilityText
{
    public static string Of(RoomVisibility visibility) => visibility switch
    {
        RoomVisibility.Public => "public",
        RoomVisibility.Friends => "friends",
        RoomVisibility.Private => "private",
        _ => throw new ArgumentOutOfRangeException(nameof(visibility), visibility, null),
    };

    public static RoomVisibility Read(string text) => text switch
    {
        "public" => RoomVisibility.Public,
        "friends" => RoomVisibility.Friends,
        "private" => RoomVisibility.Private,
        _ => throw new ArgumentOutOfRangeException(nameof(text)),
    };
}
