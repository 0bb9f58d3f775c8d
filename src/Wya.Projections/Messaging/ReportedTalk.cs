using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>A conversation before somebody who takes part in it, or did, and wants to report something of it.</summary>
/// <param name="JoinedSequence">They saw what comes after it.</param>
/// <param name="LeftSequence">And before it; null while they take part.</param>
/// <param name="Others">Who takes part beside them, or did.</param>
public sealed record SeenTalk(bool IsDirect, Guid CreatedBy, long JoinedSequence, long? LeftSequence, IReadOnlyList<Guid> Others);

/// <summary>
/// Reads what somebody has seen of a conversation, to be shown with a report. A block hides nothing of whom they report: that
/// they do not want to meet any more is no reason not to tell. Everybody else is there or left out as in their own view.
/// </summary>
public static class ReportedTalk
{
    /// <returns>Null when they never took part, or there is no such conversation.</returns>
    public static async Task<SeenTalk?> Of(LogDatabase messaging, Guid reporter, Guid conversation, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            """
            select c.kind, c.created_by, p.joined_sequence, p.left_sequence,
                   array(select o.user_id from public.participants o where o.conversation_id = c.id and o.user_id <> p.user_id)
            from public.conversations c
            join public.participants p on p.conversation_id = c.id and p.user_id = $1
            where c.id = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reporter });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false)
            ? new SeenTalk(
                reader.GetString(0) == "direct",
                reader.GetGuid(1),
                reader.GetInt64(2),
                reader.IsDBNull(3) ? null : reader.GetInt64(3),
                reader.GetFieldValue<Guid[]>(4))
            : null;
    }

    /// <summary>Messages around a sequence, ascending, as the reporter saw them.</summary>
    /// <param name="reported">Whose messages a block does not hide.</param>
    /// <param name="from">The first of the newer ones; from the end when it is beyond.</param>
    public static async Task<IReadOnlyList<MessageView>> Around(
        LogDatabase messaging, Guid reporter, Guid conversation, SeenTalk talk, Guid reported, long from, int older, int newer, CancellationToken ct = default)
    {
        const string seen = "m.conversation_id = $2 and m.sequence > $3 and m.sequence < $4 and m.sender_id <> all ((select ids from hidden)::uuid[])";
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"""
            with hidden as materialized (
                select array(select p.user_id from public.participants p
                    where p.conversation_id = $2 and p.user_id <> $5 and not {MessagePages.Meets("p.user_id")}) as ids)
            select {MessagePages.Columns("false")}
            from ((select * from public.messages m where {seen} and m.sequence < $6 order by m.sequence desc limit $7)
                  union all
                  (select * from public.messages m where {seen} and m.sequence >= $6 order by m.sequence limit $8)) m
            left join {messaging.LogSchema}.mt_events e on e.seq_id = m.content_position
            order by m.sequence
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reporter });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = talk.JoinedSequence });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = talk.LeftSequence ?? long.MaxValue });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reported });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = older });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = newer });
        return await MessagePages.Read(messaging, command, ct).ConfigureAwait(false);
    }
}
