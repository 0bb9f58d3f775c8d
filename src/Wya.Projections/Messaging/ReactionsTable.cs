using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Sequence">At which it was given.</param>
public sealed record ReactionRow(Guid MessageId, Guid UserId, string Emoji, long Sequence);

/// <summary>Who reacted to what, and with what; each emoji once a person and message.</summary>
public sealed class ReactionsTable : Table<(Guid MessageId, Guid UserId, string Emoji), ReactionRow>
{
    public override string Name => "reactions";

    public override IReadOnlyList<Column<ReactionRow>> Columns { get; } =
    [
        new Column<ReactionRow, Guid>("message_id", "uuid", row => row.MessageId, isKey: true),
        new Column<ReactionRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<ReactionRow, string>("emoji", "text", row => row.Emoji, isKey: true),
        new Column<ReactionRow, long>("sequence", "bigint", row => row.Sequence),
    ];

    public override IReadOnlyList<Column<(Guid MessageId, Guid UserId, string Emoji)>> KeyColumns { get; } =
    [
        new Column<(Guid MessageId, Guid UserId, string Emoji), Guid>("message_id", "uuid", key => key.MessageId, isKey: true),
        new Column<(Guid MessageId, Guid UserId, string Emoji), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
        new Column<(Guid MessageId, Guid UserId, string Emoji), string>("emoji", "text", key => key.Emoji, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.reactions (
            message_id uuid not null,
            user_id    uuid not null,
            emoji      text not null,
            sequence   bigint not null,
            primary key (message_id, user_id, emoji)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid MessageId, Guid UserId, string Emoji)> keys)
    {
        switch (recorded.Data)
        {
            case MessageReacted reacted:
                keys.Add((reacted.MessageId.Value, reacted.SenderId.Value, reacted.Emoji));
                break;
            case ReactionRemoved removed:
                keys.Add((removed.MessageId.Value, removed.SenderId.Value, removed.Emoji));
                break;
        }
    }

    public override ReactionRow? Evolve((Guid MessageId, Guid UserId, string Emoji) key, ReactionRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        MessageReacted => row ?? new ReactionRow(key.MessageId, key.UserId, key.Emoji, recorded.Version),
        ReactionRemoved => null,
        _ => row,
    };

    public override ((Guid MessageId, Guid UserId, string Emoji) Key, ReactionRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new ReactionRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt64(3));
        return ((row.MessageId, row.UserId, row.Emoji), row);
    }
}
