using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Sequence">The conversation's version at which it was sent.</param>
/// <param name="Kind"><c>text</c> or <c>ciphertext</c>.</param>
/// <param name="ContentPosition">Where in the log the present content stands; null once the message is deleted.</param>
public sealed record MessageRow(
    Guid MessageId,
    Guid ConversationId,
    long Sequence,
    Guid SenderId,
    string Kind,
    Guid? ReplyTo,
    DateTimeOffset SentAt,
    long? ContentPosition,
    DateTimeOffset? EditedAt,
    DateTimeOffset? DeletedAt);

/// <summary>
/// The messages as they are now, equal at every moment to the fold of their conversation by sequence. What they say is not
/// copied: it stands, sealed, in the log, and a row points to it. A deleted one points nowhere.
/// </summary>
public sealed class MessagesTable : Table<Guid, MessageRow>
{
    public override string Name => "messages";

    public override IReadOnlyList<Column<MessageRow>> Columns { get; } =
    [
        new Column<MessageRow, Guid>("message_id", "uuid", row => row.MessageId, isKey: true),
        new Column<MessageRow, Guid>("conversation_id", "uuid", row => row.ConversationId),
        new Column<MessageRow, long>("sequence", "bigint", row => row.Sequence),
        new Column<MessageRow, Guid>("sender_id", "uuid", row => row.SenderId),
        new Column<MessageRow, string>("kind", "text", row => row.Kind),
        new Column<MessageRow, Guid?>("reply_to", "uuid", row => row.ReplyTo),
        new Column<MessageRow, DateTime>("sent_at", "timestamptz", row => row.SentAt.UtcDateTime),
        new Column<MessageRow, long?>("content_position", "bigint", row => row.ContentPosition),
        new Column<MessageRow, DateTime?>("edited_at", "timestamptz", row => row.EditedAt?.UtcDateTime),
        new Column<MessageRow, DateTime?>("deleted_at", "timestamptz", row => row.DeletedAt?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("message_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.messages (
            message_id       uuid primary key,
            conversation_id  uuid not null,
            sequence         bigint not null,
            sender_id        uuid not null,
            kind             text not null check (kind in ('text', 'ciphertext')),
            reply_to         uuid null,
            sent_at          timestamptz not null,
            content_position bigint null,
            edited_at        timestamptz null,
            deleted_at       timestamptz null,
            unique (conversation_id, sequence)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case MessageSent:
                keys.Add(recorded.Id);
                break;
            case MessageEdited edited:
                keys.Add(edited.MessageId.Value);
                break;
            case MessageDeleted deleted:
                keys.Add(deleted.MessageId.Value);
                break;
        }
    }

    public override bool Begins(RecordedEvent recorded) => recorded.Data is MessageSent;

    public override MessageRow? Evolve(Guid key, MessageRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        MessageSent sent => new MessageRow(
            key,
            recorded.StreamId,
            recorded.Version,
            sent.SenderId.Value,
            sent.Kind == MessageKind.Text ? "text" : "ciphertext",
            sent.ReplyTo?.Value,
            recorded.Time,
            recorded.Position,
            null,
            null),
        MessageEdited when row!.DeletedAt is null => row with { ContentPosition = recorded.Position, EditedAt = recorded.Time },
        MessageDeleted when row!.DeletedAt is null => row with { ContentPosition = null, DeletedAt = recorded.Time },
        _ => row,
    };

    public override (Guid Key, MessageRow Row) Read(NpgsqlDataReader reader)
    {
        MessageRow row = ReadRow(reader);
        return (row.MessageId, row);
    }

    internal static MessageRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetInt64(2),
        reader.GetGuid(3),
        reader.GetString(4),
        reader.IsDBNull(5) ? null : reader.GetGuid(5),
        reader.GetFieldValue<DateTimeOffset>(6),
        reader.IsDBNull(7) ? null : reader.GetInt64(7),
        reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
        reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9));
}
