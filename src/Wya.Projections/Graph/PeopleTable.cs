using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <param name="Status"><c>active</c>, <c>banned</c> or <c>erased</c>; a suspension takes nobody out of the graph.</param>
/// <param name="ErasureDueAt">They have asked to be erased, and exist for nobody meanwhile.</param>
/// <param name="Handle">As identity has sealed it; opened only to be shown.</param>
public sealed record GraphPersonRow(Guid Id, string AgeLayer, string Status, DateTimeOffset? ErasureDueAt, string? Handle);

/// <summary>
/// The people whom the graph knows, as identity announces them: whom an edge is shown to depends on what both are now, so
/// that an edge across age layers sleeps, and wakes when the layers match again.
/// </summary>
public sealed class PeopleTable : Table<Guid, GraphPersonRow>
{
    public override string Name => "people";

    public override IReadOnlyList<Column<GraphPersonRow>> Columns { get; } =
    [
        new Column<GraphPersonRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<GraphPersonRow, string>("age_layer", "text", row => row.AgeLayer),
        new Column<GraphPersonRow, string>("status", "text", row => row.Status),
        new Column<GraphPersonRow, DateTime?>("erasure_due_at", "timestamptz", row => row.ErasureDueAt?.UtcDateTime),
        new Column<GraphPersonRow, string?>("handle", "text", row => row.Handle),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.people (
            id             uuid primary key,
            age_layer      text not null check (age_layer in ('minor', 'transitional', 'adult')),
            status         text not null check (status in ('active', 'banned', 'erased')),
            erasure_due_at timestamptz null,
            handle         text null
        );
        """;

    /// <summary>A condition on two of its rows: the other one exists for this one, as far as identity has a say in it.</summary>
    public static string IsReachable(string self, string other) =>
        $"{other}.age_layer = {self}.age_layer and {IsThere(other)}";

    public static string IsThere(string person) => $"({person}.status = 'active' and {person}.erasure_due_at is null)";

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserCreated or AgeLayerChanged or UserBanned or UserUnbanned
            or ErasureRequested or ErasureCancelled or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override GraphPersonRow? Evolve(Guid key, GraphPersonRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserCreated created => new GraphPersonRow(key, AgeLayerText.Of(created.AgeLayer), "active", null, created.Handle.Token),
        AgeLayerChanged changed => row! with { AgeLayer = AgeLayerText.Of(changed.To) },
        UserBanned => row! with { Status = "banned" },
        UserUnbanned => row! with { Status = "active" },
        ErasureRequested requested => row! with { ErasureDueAt = requested.DueAt },
        ErasureCancelled => row! with { ErasureDueAt = null },
        UserErased => row! with { Status = "erased", ErasureDueAt = null, Handle = null },
        _ => row,
    };

    public override (Guid Key, GraphPersonRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new GraphPersonRow(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
            reader.IsDBNull(4) ? null : reader.GetString(4));
        return (row.Id, row);
    }
}
