using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

public sealed record BlockRow(Guid BlockerId, Guid BlockedId);

/// <summary>Who has blocked whom, as the graph announces it, for each domain that keeps the two from each other.</summary>
public sealed class BlocksTable : Table<(Guid BlockerId, Guid BlockedId), BlockRow>
{
    public override string Name => "blocks";

    public override IReadOnlyList<Column<BlockRow>> Columns { get; } =
    [
        new Column<BlockRow, Guid>("blocker_id", "uuid", row => row.BlockerId, isKey: true),
        new Column<BlockRow, Guid>("blocked_id", "uuid", row => row.BlockedId, isKey: true),
    ];

    public override IReadOnlyList<Column<(Guid BlockerId, Guid BlockedId)>> KeyColumns { get; } =
    [
        new Column<(Guid BlockerId, Guid BlockedId), Guid>("blocker_id", "uuid", key => key.BlockerId, isKey: true),
        new Column<(Guid BlockerId, Guid BlockedId), Guid>("blocked_id", "uuid", key => key.BlockedId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.blocks (
            blocker_id uuid not null,
            blocked_id uuid not null,
            primary key (blocker_id, blocked_id)
        );
        create index blocks_of_blocked on {schema}.blocks (blocked_id, blocker_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid BlockerId, Guid BlockedId)> keys)
    {
        switch (recorded.Data)
        {
            case UserBlocked blocked:
                keys.Add((blocked.BlockerId.Value, blocked.BlockedId.Value));
                break;
            case UserUnblocked unblocked:
                keys.Add((unblocked.BlockerId.Value, unblocked.BlockedId.Value));
                break;
        }
    }

    public override BlockRow? Evolve((Guid BlockerId, Guid BlockedId) key, BlockRow? row, RecordedEvent recorded) =>
        recorded.Data is UserBlocked ? new BlockRow(key.BlockerId, key.BlockedId) : null;

    public override ((Guid BlockerId, Guid BlockedId) Key, BlockRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new BlockRow(reader.GetGuid(0), reader.GetGuid(1));
        return ((row.BlockerId, row.BlockedId), row);
    }

    /// <summary>One of the two has blocked the other, as far as the graph's log has been followed.</summary>
    public static async Task<bool> AreApart(LogDatabase domain, UserId one, UserId other, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = domain.DataSource.CreateCommand(
            $"""
            select exists (select from {domain.ReadSchema}.blocks where blocker_id = $1 and blocked_id = $2)
                or exists (select from {domain.ReadSchema}.blocks where blocker_id = $2 and blocked_id = $1)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = one.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = other.Value });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }
}
