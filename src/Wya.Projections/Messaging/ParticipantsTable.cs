using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="JoinedSequence">They see what comes after it; who comes back sees what comes after that.</param>
/// <param name="LeftSequence">Null while they take part.</param>
/// <param name="IsMuted">For themselves.</param>
/// <param name="ReadMessageId">Up to here they have read, which only they are told.</param>
/// <param name="PublicReadMessageId">Up to here they let others know.</param>
public sealed record ParticipantRow(
    Guid ConversationId,
    Guid UserId,
    long JoinedSequence,
    DateTimeOffset JoinedAt,
    long? LeftSequence,
    bool IsMuted,
    Guid? ReadMessageId,
    long ReadSequence,
    Guid? PublicReadMessageId,
    long PublicReadSequence);

/// <summary>Who takes part in what, and has read how far.</summary>
public sealed class ParticipantsTable : Table<(Guid ConversationId, Guid UserId), ParticipantRow>
{
    public override string Name => "participants";

    public override IReadOnlyList<Column<ParticipantRow>> Columns { get; } =
    [
        new Column<ParticipantRow, Guid>("conversation_id", "uuid", row => row.ConversationId, isKey: true),
        new Column<ParticipantRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<ParticipantRow, long>("joined_sequence", "bigint", row => row.JoinedSequence),
        new Column<ParticipantRow, DateTime>("joined_at", "timestamptz", row => row.JoinedAt.UtcDateTime),
        new Column<ParticipantRow, long?>("left_sequence", "bigint", row => row.LeftSequence),
        new Column<ParticipantRow, bool>("is_muted", "boolean", row => row.IsMuted),
        new Column<ParticipantRow, Guid?>("read_message_id", "uuid", row => row.ReadMessageId),
        new Column<ParticipantRow, long>("read_sequence", "bigint", row => row.ReadSequence),
        new Column<ParticipantRow, Guid?>("public_read_message_id", "uuid", row => row.PublicReadMessageId),
        new Column<ParticipantRow, long>("public_read_sequence", "bigint", row => row.PublicReadSequence),
    ];

    public override IReadOnlyList<Column<(Guid ConversationId, Guid UserId)>> KeyColumns { get; } =
    [
        new Column<(Guid ConversationId, Guid UserId), Guid>("conversation_id", "uuid", key => key.ConversationId, isKey: true),
        new Column<(Guid ConversationId, Guid UserId), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.participants (
            conversation_id        uuid not null references {schema}.conversations (id),
            user_id                uuid not null,
            joined_sequence        bigint not null,
            joined_at              timestamptz not null,
            left_sequence          bigint null,
            is_muted               boolean not null,
            read_message_id        uuid null,
            read_sequence          bigint not null,
            public_read_message_id uuid null,
            public_read_sequence   bigint not null,
            primary key (conversation_id, user_id)
        ) with (fillfactor = 70);
        create index participants_of_user on {schema}.participants (user_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid ConversationId, Guid UserId)> keys)
    {
        Guid id = recorded.StreamId;
        switch (recorded.Data)
        {
            case ConversationCreated created:
                foreach (var user in created.Participants)
                {
                    keys.Add((id, user.Value));
                }

                break;
            case ParticipantAdded added:
                keys.Add((id, added.UserId.Value));
                break;
            case ParticipantLeft left:
                keys.Add((id, left.UserId.Value));
                break;
            case ConversationMuted muted:
                keys.Add((id, muted.UserId.Value));
                break;
            case ConversationUnmuted unmuted:
                keys.Add((id, unmuted.UserId.Value));
                break;
            case MessageRead read:
                keys.Add((id, read.SenderId.Value));
                break;
        }
    }

    public override bool Begins(RecordedEvent recorded) => recorded.Data is ConversationCreated;

    public override ParticipantRow? Evolve((Guid ConversationId, Guid UserId) key, ParticipantRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        ConversationCreated or ParticipantAdded => new ParticipantRow(
            key.ConversationId, key.UserId, recorded.Version, recorded.Time, null, IsMuted: false, null, recorded.Version, null, 0),
        ParticipantLeft => row! with { LeftSequence = recorded.Version, IsMuted = false },
        ConversationMuted => row! with { IsMuted = true },
        ConversationUnmuted => row! with { IsMuted = false },
        MessageRead read => Read(row!, read),
        _ => row,
    };

    public override ((Guid ConversationId, Guid UserId) Key, ParticipantRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new ParticipantRow(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetInt64(2),
            reader.GetFieldValue<DateTimeOffset>(3),
            reader.IsDBNull(4) ? null : reader.GetInt64(4),
            reader.GetBoolean(5),
            reader.IsDBNull(6) ? null : reader.GetGuid(6),
            reader.GetInt64(7),
            reader.IsDBNull(8) ? null : reader.GetGuid(8),
            reader.GetInt64(9));
        return ((row.ConversationId, row.UserId), row);
    }

    /// <summary>Reading goes forward only.</summary>
    private static ParticipantRow Read(ParticipantRow row, MessageRead read)
    {
        ParticipantRow then = read.Sequence > row.ReadSequence
            ? row with { ReadMessageId = read.MessageId.Value, ReadSequence = read.Sequence }
            : row;
        return read.IsPublic && read.Sequence > then.PublicReadSequence
            ? then with { PublicReadMessageId = read.MessageId.Value, PublicReadSequence = read.Sequence }
            : then;
    }
}
