using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>
/// Finds a message for somebody who wants to do something with it. In one round trip, from rows that every append keeps in
/// its own transaction; what it says is opened only for who wrote it, to be compared with what they write now.
/// </summary>
public static class MessagesInSight
{
    private const string Sql =
        $$"""
        select m.message_id, m.sequence, m.sender_id, m.kind, m.deleted_at is not null, {{MessagePages.TakenDown}},
               array(select r.emoji from public.reactions r where r.message_id = m.message_id and r.user_id = $1 and m.deleted_at is null),
               p.read_sequence, p.public_read_sequence,
               case when m.sender_id = $1 then e.data ->> 'content' end
        from public.messages m
        join public.participants p on p.conversation_id = m.conversation_id and p.user_id = $1
        left join {log}.mt_events e on e.seq_id = m.content_position
        where m.conversation_id = $2 and m.message_id = $3 and p.left_sequence is null and m.sequence > p.joined_sequence
        and {{MessagePages.Met}}
        """;

    /// <returns>Null when this person finds no such message in the conversation, for whatever reason.</returns>
    public static async Task<MessageInSight?> Find(LogDatabase messaging, UserId person, Guid conversation, MessageId message, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(Sql.Replace("{log}", messaging.LogSchema, StringComparison.Ordinal));
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.Value });
        MessageInSight found;
        string? content;
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            if (!await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                return null;
            }

            content = reader.IsDBNull(9) ? null : reader.GetString(9);
            found = new MessageInSight(
                message,
                reader.GetInt64(1),
                new UserId(reader.GetGuid(2)),
                reader.GetString(3) == "text" ? MessageKind.Text : MessageKind.Ciphertext,
                reader.GetBoolean(4),
                reader.GetBoolean(5),
                Content: null,
                [.. reader.GetFieldValue<string[]>(6)],
                reader.GetInt64(7),
                reader.GetInt64(8));
        }

        return content is null
            ? found
            : found with { Content = (await MessagePages.Open(messaging, [(content, conversation)], ct).ConfigureAwait(false))[0] };
    }
}
