using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="EditId">The event's.</param>
/// <param name="Position">Where in the log the content stands that it gave the message.</param>
public sealed record EditRow(Guid EditId, Guid MessageId, long Sequence, long Position, DateTimeOffset EditedAt);

/// <summary>How messages were changed, and where each content stands. Of a deleted message none of it is shown.</summary>
public sealed class EditsTable : Table<Guid, EditRow>
{
    public override string Name => "edits";

    public override IReadOnlyList<Column<EditRow>> Columns { get; } =
    [
        new Column<EditRow, Guid>("edit_id", "uuid", row => row.EditId, isKey: true),
        new Column<EditRow, Guid>("message_id", "uuid", row => row.MessageId),
        new Column<EditRow, long>("sequence", "bigint", row => row.Sequence),
        new Column<EditRow, long>("position", "bigint", row => row.Position),
        new Column<EditRow, DateTime>("edited_at", "timestamptz", row => row.EditedAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("edit_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.edits (
            edit_id    uuid primary key,
            message_id uuid not null,
            sequence   bigint not null,
            position   bigint not null,
            edited_at  timestamptz not null,
            unique (message_id, sequence)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is MessageEdited)
        {
            keys.Add(recorded.Id);
        }
    }

    public override bool Begins(RecordedEvent recorded) => true;

    public override EditRow? Evolve(Guid key, EditRow? row, RecordedEvent recorded) =>
        new(key, ((MessageEdited)recorded.Data).MessageId.Value, recorded.Version, recorded.Position, recorded.Time);

    public override (Guid Key, EditRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new EditRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetFieldValue<DateTimeOffset>(4));
        return (row.EditId, row);
    }
}
