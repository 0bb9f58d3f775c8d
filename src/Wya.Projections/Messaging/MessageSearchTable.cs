using Npgsql;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Sequence">Of the message in its conversation.</param>
/// <param name="Position">Of the message in the log: what was said later is higher, whatever the conversation.</param>
/// <param name="Words">Digests of what it says now, keyed by its author's key; without that they say nothing.</param>
public sealed record MessageSearchRow(Guid MessageId, Guid ConversationId, Guid AuthorId, long Sequence, long Position, IReadOnlyList<Guid> Words);

/// <summary>
/// Finds messages by their words. It holds no word: digests that are equal for equal words of one author, and noise once that
/// author's key is destroyed. Only texts are here; what clients have encrypted nobody can search for them.
/// </summary>
public sealed class MessageSearchTable : Table<Guid, MessageSearchRow>
{
    public override string Name => "message_search";

    public override IReadOnlyList<Column<MessageSearchRow>> Columns { get; } =
    [
        new Column<MessageSearchRow, Guid>("message_id", "uuid", row => row.MessageId, isKey: true),
        new Column<MessageSearchRow, Guid>("conversation_id", "uuid", row => row.ConversationId),
        new Column<MessageSearchRow, Guid>("author_id", "uuid", row => row.AuthorId),
        new Column<MessageSearchRow, long>("sequence", "bigint", row => row.Sequence),
        new Column<MessageSearchRow, long>("position", "bigint", row => row.Position),
        // As a literal: arrays of one parameter would all need the same length.
        new Column<MessageSearchRow, string>("words", "uuid[]", row => $"{{{string.Join(',', row.Words)}}}", parameterType: "text"),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("message_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.message_search (
            message_id      uuid primary key,
            conversation_id uuid not null,
            author_id       uuid not null,
            sequence        bigint not null,
            position        bigint not null,
            words           uuid[] not null
        );
        create index message_search_words on {schema}.message_search using gin (words);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case MessageSent { Kind: MessageKind.Text }:
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

    /// <summary>An edit of what is not here is of a ciphertext, or of something deleted.</summary>
    public override MessageSearchRow? Evolve(Guid key, MessageSearchRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        MessageSent sent when Digests(sent.Content) is { } words =>
            new MessageSearchRow(key, recorded.StreamId, sent.SenderId.Value, recorded.Version, recorded.Position, words),
        MessageEdited edited when row is not null && Digests(edited.Content) is { } words => row with { Words = words },
        _ => null,
    };

    public override (Guid Key, MessageSearchRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new MessageSearchRow(
            reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetInt64(4),
            [.. reader.GetString(5).Trim('{', '}').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)]);
        return (row.MessageId, row);
    }

    /// <summary>Null for the words of somebody erased.</summary>
    private static IReadOnlyList<Guid>? Digests(Sensitive<MessageContent> content) =>
        content.IsErased ? null
        : content.Index is { } index ? [.. WordRules.Words(content.ValueOr(new MessageContent()).Text).Select(index.Digest)]
        : throw new InvalidOperationException("Words are indexed from messages that have been opened.");
}
