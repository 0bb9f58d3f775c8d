using Npgsql;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <param name="Sequence">Of the event in the room's stream: the order of the guestbook.</param>
/// <param name="Text">As sealed in the event; null once it is removed.</param>
public sealed record GuestbookEntryRow(
    Guid RoomId, Guid EntryId, string ModuleId, Guid GuestId, long Sequence, DateTimeOffset WrittenAt, string? Text);

/// <summary>What guests wrote. Of what was removed the row stays, without its text, so that its id stays taken.</summary>
public sealed class GuestbookEntriesTable : Table<(Guid RoomId, Guid EntryId), GuestbookEntryRow>
{
    public override string Name => "guestbook_entries";

    public override IReadOnlyList<Column<GuestbookEntryRow>> Columns { get; } =
    [
        new Column<GuestbookEntryRow, Guid>("room_id", "uuid", row => row.RoomId, isKey: true),
        new Column<GuestbookEntryRow, Guid>("entry_id", "uuid", row => row.EntryId, isKey: true),
        new Column<GuestbookEntryRow, string>("module_id", "text", row => row.ModuleId),
        new Column<GuestbookEntryRow, Guid>("guest_id", "uuid", row => row.GuestId),
        new Column<GuestbookEntryRow, long>("sequence", "bigint", row => row.Sequence),
        new Column<GuestbookEntryRow, DateTime>("written_at", "timestamptz", row => row.WrittenAt.UtcDateTime),
        new Column<GuestbookEntryRow, string?>("text", "text", row => row.Text),
    ];

    public override IReadOnlyList<Column<(Guid RoomId, Guid EntryId)>> KeyColumns { get; } =
    [
        new Column<(Guid RoomId, Guid EntryId), Guid>("room_id", "uuid", key => key.RoomId, isKey: true),
        new Column<(Guid RoomId, Guid EntryId), Guid>("entry_id", "uuid", key => key.EntryId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.guestbook_entries (
            room_id    uuid not null,
            entry_id   uuid not null,
            module_id  text not null,
            guest_id   uuid not null,
            sequence   bigint not null,
            written_at timestamptz not null,
            text       text null,
            primary key (room_id, entry_id)
        );
        create index guestbook_entries_in_order on {schema}.guestbook_entries (room_id, module_id, sequence);
        create index guestbook_entries_of_guest on {schema}.guestbook_entries (guest_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid RoomId, Guid EntryId)> keys)
    {
        switch (recorded.Data)
        {
            case GuestbookSigned written:
                keys.Add((recorded.StreamId, written.EntryId));
                break;
            case GuestbookEntryRemoved removed:
                keys.Add((recorded.StreamId, removed.EntryId));
                break;
        }
    }

    public override GuestbookEntryRow? Evolve((Guid RoomId, Guid EntryId) key, GuestbookEntryRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        GuestbookSigned written => new GuestbookEntryRow(
            key.RoomId, key.EntryId, written.ModuleId, written.GuestId.Value, recorded.Version, recorded.Time, written.Text.Token),
        GuestbookEntryRemoved => row is null ? null : row with { Text = null },
        _ => row,
    };

    public override ((Guid RoomId, Guid EntryId) Key, GuestbookEntryRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new GuestbookEntryRow(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetString(2),
            reader.GetGuid(3),
            reader.GetInt64(4),
            reader.GetFieldValue<DateTimeOffset>(5),
            reader.IsDBNull(6) ? null : reader.GetString(6));
        return ((row.RoomId, row.EntryId), row);
    }
}
