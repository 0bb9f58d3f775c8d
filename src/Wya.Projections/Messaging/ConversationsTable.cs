using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Kind"><c>direct</c> or <c>group</c>.</param>
/// <param name="Title">As sealed in the event.</param>
/// <param name="Request"><c>open</c>, <c>waiting</c>, <c>declined</c>; null when there is none, or it was accepted.</param>
/// <param name="LastSequence">Of the last message; 0 when there is none.</param>
/// <param name="ActiveAt">When the last message was sent, or the conversation created.</param>
/// <param name="Position">In messaging's log, of the event that made the row what it is.</param>
public sealed record ConversationRow(
    Guid Id,
    string Kind,
    string AgeLayer,
    Guid CreatedBy,
    DateTimeOffset CreatedAt,
    string? Title,
    DateTimeOffset? ArchivedAt,
    string? Request,
    Guid? LastMessageId,
    long LastSequence,
    DateTimeOffset ActiveAt,
    long Position);

/// <summary>Each conversation, with what a list of them shows.</summary>
public sealed class ConversationsTable : Table<Guid, ConversationRow>
{
    public override string Name => "conversations";

    public override IReadOnlyList<Column<ConversationRow>> Columns { get; } =
    [
        new Column<ConversationRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<ConversationRow, string>("kind", "text", row => row.Kind),
        new Column<ConversationRow, string>("age_layer", "text", row => row.AgeLayer),
        new Column<ConversationRow, Guid>("created_by", "uuid", row => row.CreatedBy),
        new Column<ConversationRow, DateTime>("created_at", "timestamptz", row => row.CreatedAt.UtcDateTime),
        new Column<ConversationRow, string?>("title", "text", row => row.Title),
        new Column<ConversationRow, DateTime?>("archived_at", "timestamptz", row => row.ArchivedAt?.UtcDateTime),
        new Column<ConversationRow, string?>("request", "text", row => row.Request),
        new Column<ConversationRow, Guid?>("last_message_id", "uuid", row => row.LastMessageId),
        new Column<ConversationRow, long>("last_sequence", "bigint", row => row.LastSequence),
        new Column<ConversationRow, DateTime>("active_at", "timestamptz", row => row.ActiveAt.UtcDateTime),
        new Column<ConversationRow, long>("position", "bigint", row => row.Position),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.conversations (
            id              uuid primary key,
            kind            text not null check (kind in ('direct', 'group')),
            age_layer       text not null check (age_layer in ('minor', 'transitional', 'adult')),
            created_by      uuid not null,
            created_at      timestamptz not null,
            title           text null,
            archived_at     timestamptz null,
            request         text null check (request in ('open', 'waiting', 'declined')),
            last_message_id uuid null,
            last_sequence   bigint not null,
            active_at       timestamptz not null,
            position        bigint not null
        ) with (fillfactor = 50); -- every message updates its conversation's row, and no index of it
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is ConversationCreated or ConversationRequested or RequestAccepted or RequestDeclined or ConversationArchived or MessageSent)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override bool Begins(RecordedEvent recorded) => recorded.Data is ConversationCreated;

    public override ConversationRow? Evolve(Guid key, ConversationRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        ConversationCreated created => new ConversationRow(
            key,
            created.Kind == ConversationKind.Direct ? "direct" : "group",
            AgeLayerText.Of(created.AgeLayer),
            created.CreatedBy.Value,
            recorded.Time,
            created.Title?.Token,
            null,
            created.IsRequest ? "open" : null,
            null,
            0,
            recorded.Time,
            recorded.Position),
        ConversationRequested => row! with { Request = "waiting", Position = recorded.Position },
        RequestAccepted => row! with { Request = null, Position = recorded.Position },
        RequestDeclined => row! with { Request = "declined", Position = recorded.Position },
        ConversationArchived => row! with { ArchivedAt = recorded.Time, Position = recorded.Position },
        MessageSent => row! with
        {
            LastMessageId = recorded.Id,
            LastSequence = recorded.Version,
            ActiveAt = recorded.Time,
            Position = recorded.Position,
        },
        _ => row,
    };

    public override (Guid Key, ConversationRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new ConversationRow(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetGuid(3),
            reader.GetFieldValue<DateTimeOffset>(4),
            reader.IsDBNull(5) ? null : reader.GetString(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
            reader.IsDBNull(7) ? null : reader.GetString(7),
            reader.IsDBNull(8) ? null : reader.GetGuid(8),
            reader.GetInt64(9),
            reader.GetFieldValue<DateTimeOffset>(10),
            reader.GetInt64(11));
        return (row.Id, row);
    }
}
