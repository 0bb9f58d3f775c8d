using System.Text.Json;
using Npgsql;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <param name="Note">As sealed in the event.</param>
/// <param name="Sequence">Of the event in its room's stream: the order in which visitors saw the versions.</param>
/// <param name="GuestModules">JSON, as in the event.</param>
public sealed record RoomVersionRow(
    Guid RoomId,
    int Version,
    Guid AuthorId,
    string? Note,
    DateTimeOffset PublishedAt,
    string Sha256,
    int Bytes,
    int? RestoredFrom,
    DateTimeOffset? TakenDownAt,
    long Sequence,
    string GuestModules);

/// <summary>Each version that was ever shown, with what its history says of it. None is ever removed.</summary>
public sealed class RoomVersionsTable : Table<(Guid RoomId, int Version), RoomVersionRow>
{
    public override string Name => "room_versions";

    public override IReadOnlyList<Column<RoomVersionRow>> Columns { get; } =
    [
        new Column<RoomVersionRow, Guid>("room_id", "uuid", row => row.RoomId, isKey: true),
        new Column<RoomVersionRow, int>("version", "integer", row => row.Version, isKey: true),
        new Column<RoomVersionRow, Guid>("author_id", "uuid", row => row.AuthorId),
        new Column<RoomVersionRow, string?>("note", "text", row => row.Note),
        new Column<RoomVersionRow, DateTime>("published_at", "timestamptz", row => row.PublishedAt.UtcDateTime),
        new Column<RoomVersionRow, string>("sha256", "text", row => row.Sha256),
        new Column<RoomVersionRow, int>("bytes", "integer", row => row.Bytes),
        new Column<RoomVersionRow, int?>("restored_from", "integer", row => row.RestoredFrom),
        new Column<RoomVersionRow, DateTime?>("taken_down_at", "timestamptz", row => row.TakenDownAt?.UtcDateTime),
        new Column<RoomVersionRow, long>("sequence", "bigint", row => row.Sequence),
        new Column<RoomVersionRow, string>("guest_modules", "jsonb", row => row.GuestModules, parameterType: "text"),
    ];

    public override IReadOnlyList<Column<(Guid RoomId, int Version)>> KeyColumns { get; } =
    [
        new Column<(Guid RoomId, int Version), Guid>("room_id", "uuid", key => key.RoomId, isKey: true),
        new Column<(Guid RoomId, int Version), int>("version", "integer", key => key.Version, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.room_versions (
            room_id       uuid not null,
            version       integer not null check (version > 0),
            author_id     uuid not null,
            note          text null,
            published_at  timestamptz not null,
            sha256        text not null,
            bytes         integer not null,
            restored_from integer null,
            taken_down_at timestamptz null,
            sequence      bigint not null,
            guest_modules jsonb not null,
            primary key (room_id, version)
        );
        create index room_versions_in_order on {schema}.room_versions (room_id, sequence);
        create index room_versions_of_author on {schema}.room_versions (author_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid RoomId, int Version)> keys)
    {
        int? version = recorded.Data switch
        {
            RoomVersionPublished published => published.Version,
            RoomVersionTakenDown taken => taken.Version,
            RoomVersionReinstated reinstated => reinstated.Version,
            _ => null,
        };
        if (version is { } number)
        {
            keys.Add((recorded.StreamId, number));
        }
    }

    public override bool Begins(RecordedEvent recorded) => recorded.Data is RoomVersionPublished;

    public override RoomVersionRow? Evolve((Guid RoomId, int Version) key, RoomVersionRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        RoomVersionPublished published => new RoomVersionRow(
            key.RoomId,
            key.Version,
            published.AuthorId.Value,
            published.Note?.Token,
            recorded.Time,
            published.Sha256,
            published.Bytes,
            published.RestoredFrom,
            null,
            recorded.Version,
            JsonSerializer.Serialize(published.GuestModules ?? [], EventJson.Options)),
        RoomVersionTakenDown => row! with { TakenDownAt = recorded.Time },
        RoomVersionReinstated => row! with { TakenDownAt = null },
        _ => row,
    };

    public override ((Guid RoomId, int Version) Key, RoomVersionRow Row) Read(NpgsqlDataReader reader)
    {
        RoomVersionRow row = ReadRow(reader);
        return ((row.RoomId, row.Version), row);
    }

    internal static RoomVersionRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetInt32(1),
        reader.GetGuid(2),
        reader.IsDBNull(3) ? null : reader.GetString(3),
        reader.GetFieldValue<DateTimeOffset>(4),
        reader.GetString(5),
        reader.GetInt32(6),
        reader.IsDBNull(7) ? null : reader.GetInt32(7),
        reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
        reader.GetInt64(9),
        reader.GetString(10));
}
