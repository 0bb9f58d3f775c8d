using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

public sealed record DismissedSuggestionRow(Guid UserId, Guid DismissedId, DateTimeOffset DismissedAt);

/// <summary>Who does not want to be suggested whom.</summary>
public sealed class DismissedSuggestionsTable : Table<(Guid UserId, Guid DismissedId), DismissedSuggestionRow>
{
    public override string Name => "dismissed_suggestions";

    public override IReadOnlyList<Column<DismissedSuggestionRow>> Columns { get; } =
    [
        new Column<DismissedSuggestionRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<DismissedSuggestionRow, Guid>("dismissed_id", "uuid", row => row.DismissedId, isKey: true),
        new Column<DismissedSuggestionRow, DateTime>("dismissed_at", "timestamptz", row => row.DismissedAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<(Guid UserId, Guid DismissedId)>> KeyColumns { get; } =
    [
        new Column<(Guid UserId, Guid DismissedId), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
        new Column<(Guid UserId, Guid DismissedId), Guid>("dismissed_id", "uuid", key => key.DismissedId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.dismissed_suggestions (
            user_id      uuid not null,
            dismissed_id uuid not null,
            dismissed_at timestamptz not null,
            primary key (user_id, dismissed_id)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid UserId, Guid DismissedId)> keys)
    {
        if (recorded.Data is SuggestionDismissed dismissed)
        {
            keys.Add((dismissed.UserId.Value, dismissed.DismissedId.Value));
        }
    }

    public override DismissedSuggestionRow? Evolve((Guid UserId, Guid DismissedId) key, DismissedSuggestionRow? row, RecordedEvent recorded) =>
        row ?? new DismissedSuggestionRow(key.UserId, key.DismissedId, recorded.Time);

    public override ((Guid UserId, Guid DismissedId) Key, DismissedSuggestionRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new DismissedSuggestionRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2));
        return ((row.UserId, row.DismissedId), row);
    }
}
