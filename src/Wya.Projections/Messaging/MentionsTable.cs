using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

public sealed record MentionRow(Guid MessageId, Guid UserId, Guid ConversationId, long Sequence);

/// <summary>Who is mentioned where, to be counted until it is read.</summary>
public sealed class MentionsTable : Table<(Guid MessageId, Guid UserId), MentionRow>
{
    public override string Name => "mentions";

    public override IReadOnlyList<Column<MentionRow>> Columns { get; } =
    [
        new Column<MentionRow, Guid>("message_id", "uuid", row => row.MessageId, isKey: true),
        new Column<MentionRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<MentionRow, Guid>("conversation_id", "uuid", row => row.ConversationId),
        new Column<MentionRow, long>("sequence", "bigint", row => row.Sequence),
    ];

    public override IReadOnlyList<Column<(Guid MessageId, Guid UserId)>> KeyColumns { get; } =
    [
        new Column<(Guid MessageId, Guid UserId), Guid>("message_id", "uuid", key => key.MessageId, isKey: true),
        new Column<(Guid MessageId, Guid UserId), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.mentions (
            message_id      uuid not null,
            user_id         uuid not null,
            conversation_id uuid not null,
            sequence        bigint not null,
            primary key (message_id, user_id)
        );
        create index mentions_of_user on {schema}.mentions (user_id, conversation_id, sequence);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid MessageId, Guid UserId)> keys)
    {
        if (recorded.Data is MessageSent { Mentions: { } mentions })
        {
            foreach (var user in mentions)
            {
                keys.Add((recorded.Id, user.Value));
            }
        }
    }

    public override bool Begins(RecordedEvent recorded) => true;

    public override MentionRow? Evolve((Guid MessageId, Guid UserId) key, MentionRow? row, RecordedEvent recorded) =>
        new(key.MessageId, key.UserId, recorded.StreamId, recorded.Version);

    public override ((Guid MessageId, Guid UserId) Key, MentionRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new MentionRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt64(3));
        return ((row.MessageId, row.UserId), row);
    }
}
