using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>A person who takes part in a conversation, or did, and may hear of it now.</summary>
/// <param name="JoinedSequence">They hear of this event and what follows.</param>
/// <param name="LeftSequence">Of this event, their own leaving, they hear as the last thing.</param>
public sealed record Seat(Guid ConversationId, Guid UserId, long JoinedSequence, long? LeftSequence)
{
    public bool Hears(long sequence) => LeftSequence is { } left ? sequence == left : sequence >= JoinedSequence;
}

/// <summary>Who of the asked may hear of some conversations at this moment, and whom of those concerned they do not meet.</summary>
public sealed class Audience(ILookup<Guid, Seat> seats, HashSet<(Guid ConversationId, Guid UserId, Guid OtherId)> apart)
{
    private readonly HashSet<(Guid ConversationId, Guid UserId)> apartFromSome = [.. apart.Select(pair => (pair.ConversationId, pair.UserId))];

    /// <summary>Nobody for whom the conversation does not exist.</summary>
    public IEnumerable<Seat> Of(Guid conversation) => seats[conversation];

    /// <summary>The two exist for each other; so does everybody for themselves.</summary>
    public bool Meet(Guid conversation, Guid user, Guid other) => !apart.Contains((conversation, user, other));

    /// <summary>They meet everybody who was asked about.</summary>
    public bool MeetsAll(Guid conversation, Guid user) => !apartFromSome.Contains((conversation, user));
}

/// <summary>
/// Reads who may hear of what, for a page of the live feed at a time: from the committed rows of this moment, so that a
/// block, a leaving or a birthday that came before is heeded.
/// </summary>
public static class Audiences
{
    private const string SeatsSql =
        """
        select p.conversation_id, p.user_id, p.joined_sequence, p.left_sequence, c.kind = 'direct'
        from public.participants p
        join public.conversations c on c.id = p.conversation_id
        join public.users s on s.id = p.user_id
        where p.conversation_id = any($1) and p.user_id = any($2)
          and (c.kind = 'direct' or c.age_layer = s.age_layer)
          and s.status not in ('banned', 'erased') and s.erasure_due_at is null
          and not (s.status = 'suspended' and coalesce(s.suspended_until, 'infinity') > $3)
        """;

    // Whoever a person sees here: the other one of a direct conversation, whom the caller names, who wrote and who reacted.
    // Left joins, so that somebody of whom nothing is known is met by nobody.
    private const string ApartSql =
        """
        with concerned (conversation_id, user_id) as (
            select * from unnest($3::uuid[], $4::uuid[])
            union select p.conversation_id, p.user_id from public.participants p join public.conversations c on c.id = p.conversation_id
                where p.conversation_id = any($1) and c.kind = 'direct'
            union select m.conversation_id, m.sender_id from public.messages m where m.message_id = any($5)
            union select m.conversation_id, r.user_id from public.messages m join public.reactions r on r.message_id = m.message_id
                where m.message_id = any($5))
        select p.conversation_id, p.user_id, o.user_id
        from public.participants p
        join public.users s on s.id = p.user_id
        join concerned o on o.conversation_id = p.conversation_id and o.user_id <> p.user_id
        left join public.users a on a.id = o.user_id
        where p.conversation_id = any($1) and p.user_id = any($2)
          and (a.age_layer is distinct from s.age_layer
               or exists (select from public.blocks b where b.blocker_id = p.user_id and b.blocked_id = o.user_id)
               or exists (select from public.blocks b where b.blocker_id = o.user_id and b.blocked_id = p.user_id))
        """;

    /// <summary>In one round trip.</summary>
    /// <param name="listeners">Of whom it is asked whether they may hear.</param>
    /// <param name="concerned">People who are named, by conversation.</param>
    /// <param name="messages">Messages that are shown: their authors, and who reacted to them, are concerned too.</param>
    public static async Task<Audience> Read(
        LogDatabase messaging,
        IReadOnlyCollection<Guid> conversations,
        IReadOnlyCollection<Guid> listeners,
        IReadOnlyCollection<(Guid ConversationId, Guid UserId)> concerned,
        IReadOnlyCollection<Guid> messages,
        DateTimeOffset now,
        CancellationToken ct = default)
    {
        Guid[] ids = [.. conversations], asked = [.. listeners];
        await using NpgsqlBatch batch = messaging.DataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SeatsSql)
        {
            Parameters = { Value(ids), Value(asked), new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ApartSql)
        {
            Parameters =
            {
                Value(ids), Value(asked), Value([.. concerned.Select(one => one.ConversationId)]), Value([.. concerned.Select(one => one.UserId)]),
                Value([.. messages]),
            },
        });
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<(Seat Seat, bool IsDirect)> seats = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            seats.Add((
                new Seat(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3)), reader.GetBoolean(4)));
        }

        HashSet<(Guid ConversationId, Guid UserId, Guid OtherId)> apart = [];
        await reader.NextResultAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            apart.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2)));
        }

        HashSet<(Guid, Guid)> lonely = [.. apart.Select(pair => (pair.ConversationId, pair.UserId))];
        return new Audience(
            seats.Where(row => !row.IsDirect || !lonely.Contains((row.Seat.ConversationId, row.Seat.UserId)))
                .Select(row => row.Seat).ToLookup(seat => seat.ConversationId),
            apart);
    }

    /// <summary>The conversations in which a person takes part, or ever did.</summary>
    public static async Task<IReadOnlyList<Guid>> ConversationsOf(LogDatabase messaging, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand("select conversation_id from public.participants where user_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Guid> found = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            found.Add(reader.GetGuid(0));
        }

        return found;
    }

    private static NpgsqlParameter<Guid[]> Value(Guid[] ids) => new() { TypedValue = ids };
}
