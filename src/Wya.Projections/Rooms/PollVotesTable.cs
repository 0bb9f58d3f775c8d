using Npgsql;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

public readonly record struct PollVoteKey(Guid RoomId, string ModuleId, Guid GuestId);

public sealed record PollVoteRow(Guid RoomId, string ModuleId, Guid GuestId, int Choice);

/// <summary>What each guest chose last.</summary>
public sealed class PollVotesTable : Table<PollVoteKey, PollVoteRow>
{
    public override string Name => "poll_votes";

    public override IReadOnlyList<Column<PollVoteRow>> Columns { get; } =
    [
        new Column<PollVoteRow, Guid>("room_id", "uuid", row => row.RoomId, isKey: true),
        new Column<PollVoteRow, string>("module_id", "text", row => row.ModuleId, isKey: true),
        new Column<PollVoteRow, Guid>("guest_id", "uuid", row => row.GuestId, isKey: true),
        new Column<PollVoteRow, int>("choice", "integer", row => row.Choice),
    ];

    public override IReadOnlyList<Column<PollVoteKey>> KeyColumns { get; } =
    [
        new Column<PollVoteKey, Guid>("room_id", "uuid", key => key.RoomId, isKey: true),
        new Column<PollVoteKey, string>("module_id", "text", key => key.ModuleId, isKey: true),
        new Column<PollVoteKey, Guid>("guest_id", "uuid", key => key.GuestId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.poll_votes (
            room_id   uuid not null,
            module_id text not null,
            guest_id  uuid not null,
            choice    integer not null,
            primary key (room_id, module_id, guest_id)
        );
        create index poll_votes_of_guest on {schema}.poll_votes (guest_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<PollVoteKey> keys)
    {
        if (recorded.Data is PollVoted voted)
        {
            keys.Add(new PollVoteKey(recorded.StreamId, voted.ModuleId, voted.GuestId.Value));
        }
    }

    public override PollVoteRow? Evolve(PollVoteKey key, PollVoteRow? row, RecordedEvent recorded) =>
        new(key.RoomId, key.ModuleId, key.GuestId, ((PollVoted)recorded.Data).Choice);

    public override (PollVoteKey Key, PollVoteRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new PollVoteRow(reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), reader.GetInt32(3));
        return (new PollVoteKey(row.RoomId, row.ModuleId, row.GuestId), row);
    }
}
