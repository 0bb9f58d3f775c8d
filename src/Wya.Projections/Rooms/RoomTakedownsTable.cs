using Npgsql;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <param name="Statement">As sealed in the event, under the owner's key.</param>
public sealed record RoomTakedownRow(
    Guid ActionId, Guid RoomId, int Version, Guid ModeratorId, DateTimeOffset TakenDownAt, string Statement, DateTimeOffset? ReinstatedAt);

/// <summary>What moderators decided about versions, for the owner to read and for the record.</summary>
public sealed class RoomTakedownsTable : Table<Guid, RoomTakedownRow>
{
    public override string Name => "room_takedowns";

    public override IReadOnlyList<Column<RoomTakedownRow>> Columns { get; } =
    [
        new Column<RoomTakedownRow, Guid>("action_id", "uuid", row => row.ActionId, isKey: true),
        new Column<RoomTakedownRow, Guid>("room_id", "uuid", row => row.RoomId),
        new Column<RoomTakedownRow, int>("version", "integer", row => row.Version),
        new Column<RoomTakedownRow, Guid>("moderator_id", "uuid", row => row.ModeratorId),
        new Column<RoomTakedownRow, DateTime>("taken_down_at", "timestamptz", row => row.TakenDownAt.UtcDateTime),
        new Column<RoomTakedownRow, string>("statement", "text", row => row.Statement),
        new Column<RoomTakedownRow, DateTime?>("reinstated_at", "timestamptz", row => row.ReinstatedAt?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("action_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.room_takedowns (
            action_id     uuid primary key,
            room_id       uuid not null,
            version       integer not null,
            moderator_id  uuid not null,
            taken_down_at timestamptz not null,
            statement     text not null,
            reinstated_at timestamptz null
        );
        create index room_takedowns_of_room on {schema}.room_takedowns (room_id, taken_down_at, action_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case RoomVersionTakenDown taken:
                keys.Add(taken.ActionId);
                break;
            case RoomVersionReinstated reinstated:
                keys.Add(reinstated.ActionId);
                break;
        }
    }

    public override RoomTakedownRow? Evolve(Guid key, RoomTakedownRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        RoomVersionTakenDown taken => new RoomTakedownRow(
            key, recorded.StreamId, taken.Version, taken.ModeratorId.Value, recorded.Time, taken.Statement.Token!, null),
        RoomVersionReinstated => row! with { ReinstatedAt = recorded.Time },
        _ => row,
    };

    public override (Guid Key, RoomTakedownRow Row) Read(NpgsqlDataReader reader)
    {
        RoomTakedownRow row = ReadRow(reader);
        return (row.ActionId, row);
    }

    internal static RoomTakedownRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetInt32(2),
        reader.GetGuid(3),
        reader.GetFieldValue<DateTimeOffset>(4),
        reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6));
}
