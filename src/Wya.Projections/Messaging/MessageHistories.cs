using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Sequence">At which it came to say this.</param>
/// <param name="Content">Null when its author is erased.</param>
public sealed record EarlierContent(long Sequence, DateTimeOffset At, MessageContent? Content);

/// <summary>What messages said before they said what they say.</summary>
public static class MessageHistories
{
    /// <summary>Oldest first, without what the message says now. Whoever asks has seen that the reader may see the message.</summary>
    /// <param name="after">Exclusive; 0 from the beginning.</param>
    public static async Task<IReadOnlyList<EarlierContent>> Read(
        LogDatabase messaging, Guid conversation, Guid message, long after, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"""
            select e.version, e.timestamp, e.data ->> 'content'
            from public.messages m
            join lateral (
                select m.sequence
                union all
                (select d.sequence from public.edits d where d.message_id = m.message_id and d.sequence > $3 order by d.sequence limit $4 + 1)) v on true
            join {messaging.LogSchema}.mt_events e on e.stream_id = m.conversation_id and e.version = v.sequence
            where m.message_id = $1 and m.conversation_id = $2 and {MessagePages.Says} and e.version > $3 and e.seq_id <> m.content_position
            order by e.version limit $4
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<(long Sequence, DateTimeOffset At)> places = [];
        List<(string Token, Guid Conversation)> contents = [];
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                places.Add((reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1)));
                contents.Add((reader.GetString(2), conversation));
            }
        }

        IReadOnlyList<MessageContent?> opened = await MessagePages.Open(messaging, contents, ct).ConfigureAwait(false);
        return [.. places.Zip(opened, (place, content) => new EarlierContent(place.Sequence, place.At, content))];
    }
}
