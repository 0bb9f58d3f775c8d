using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

public sealed record GraphMuteRow(Guid MuterId, Guid MutedId, DateTimeOffset MutedAt);

/// <summary>Whose doings call for no attention of whom: a setting of each for themselves.</summary>
public sealed class GraphMutesTable : Table<(Guid MuterId, Guid MutedId), GraphMuteRow>
{
    public override string Name => "graph_mutes";

    public override IReadOnlyList<Column<GraphMuteRow>> Columns { get; } =
    [
        new Column<GraphMuteRow, Guid>("muter_id", "uuid", row => row.MuterId, isKey: true),
        new Column<GraphMuteRow, Guid>("muted_id", "uuid", row => row.MutedId, isKey: true),
        new Column<GraphMuteRow, DateTime>("muted_at", "timestamptz", row => row.MutedAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<(Guid MuterId, Guid MutedId)>> KeyColumns { get; } =
    [
        new Column<(Guid MuterId, Guid MutedId), Guid>("muter_id", "uuid", key => key.MuterId, isKey: true),
        new Column<(Guid MuterId, Guid MutedId), Guid>("muted_id", "uuid", key => key.MutedId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.graph_mutes (
            muter_id     uuid not null,
            muted_id     uuid not null,
            muted_at     timestamptz not null,
            primary key (muter_id, muted_id)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid MuterId, Guid MutedId)> keys)
    {
        switch (recorded.Data)
        {
            case UserMuted muted:
                keys.Add((muted.MuterId.Value, muted.MutedId.Value));
                break;
            case UserUnmuted unmuted:
                keys.Add((unmuted.MuterId.Value, unmuted.MutedId.Value));
                break;
        }
    }

    public override GraphMuteRow? Evolve((Guid MuterId, Guid MutedId) key, GraphMuteRow? row, RecordedEvent recorded) =>
        recorded.Data is UserMuted ? new GraphMuteRow(key.MuterId, key.MutedId, recorded.Time) : null;

    public override ((Guid MuterId, Guid MutedId) Key, GraphMuteRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new GraphMuteRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2));
        return ((row.MuterId, row.MutedId), row);
    }
}
