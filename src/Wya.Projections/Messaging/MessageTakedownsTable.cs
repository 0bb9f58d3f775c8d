using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="ActionId">Of the first decision that took it down.</param>
public sealed record MessageTakedownRow(Guid MessageId, Guid ActionId, DateTimeOffset TakenDownAt);

/// <summary>
/// The messages that are taken down now. Beside the messages, which know nothing of it: so that whatever happens to one
/// meanwhile, nothing is left of the takedown when it is reversed.
/// </summary>
public sealed class MessageTakedownsTable : Table<Guid, MessageTakedownRow>
{
    public override string Name => "message_takedowns";

    public override IReadOnlyList<Column<MessageTakedownRow>> Columns { get; } =
    [
        new Column<MessageTakedownRow, Guid>("message_id", "uuid", row => row.MessageId, isKey: true),
        new Column<MessageTakedownRow, Guid>("action_id", "uuid", row => row.ActionId),
        new Column<MessageTakedownRow, DateTime>("taken_down_at", "timestamptz", row => row.TakenDownAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("message_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.message_takedowns (
            message_id    uuid primary key,
            action_id     uuid not null,
            taken_down_at timestamptz not null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is ModerationEvent moderated)
        {
            keys.Add(moderated.MessageId.Value);
        }
    }

    public override MessageTakedownRow? Evolve(Guid key, MessageTakedownRow? row, RecordedEvent recorded) =>
        recorded.Data is MessageTakenDown taken ? new MessageTakedownRow(key, taken.ActionId, recorded.Time) : null;

    public override (Guid Key, MessageTakedownRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new MessageTakedownRow(reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2));
        return (row.MessageId, row);
    }
}
