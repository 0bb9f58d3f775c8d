using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>A person before a conversation: all that decides what they may do with it.</summary>
/// <param name="Self">Null when messaging knows nobody of that id.</param>
/// <param name="Conversation">As far as it decides: its participants are this person, if they are one, and in a direct one the other. Null when there is none.</param>
/// <param name="Other">In a direct conversation, or for a pair: what stands between the two.</param>
/// <param name="JoinedSequence">They see what comes after it.</param>
public sealed record Entry(Chatter? Self, Conversation? Conversation, Relation? Other, long JoinedSequence)
{
    /// <summary>The head of messaging's log when it was read: all that is read afterwards holds it at least.</summary>
    public long Head { get; init; }

    /// <summary>The conversation is held by another of messaging's logs: nothing here says what it is.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>The conversation exists for this person.</summary>
    public bool MayRead => Self is not null && Conversation is not null && Writing.MayRead(Conversation, Self, Other);
}

/// <param name="Conversation">Null where only the people matter.</param>
/// <param name="Other">Asked for directly, where there is no conversation yet.</param>
public readonly record struct EntryQuestion(Guid User, Guid? Conversation, Guid? Other = null);

/// <summary>
/// Reads entries, many at a time: every request about a conversation asks for one, and those that wait at the same moment
/// share a round trip. From messaging's own rows alone, as they are committed when it is asked.
/// </summary>
public static class Entries
{
    public const int TogetherMax = 512;

    private const int ChatterColumns = 9;

    private static string Chatter(string alias) =>
        $"{alias}.id, {alias}.age_layer, {alias}.status, {alias}.suspended_until, {alias}.erasure_due_at, {alias}.has_group_grant, "
        + $"{alias}.private_restricted_until, {alias}.group_restricted_until, "
        + $"(select max(coalesce(m.until, 'infinity')) from public.mutes m where m.user_id = {alias}.id)";

    private static string Sql(LogDatabase messaging) =>
        $"""
        select q.nth, {Chatter("s")}, {Chatter("o")},
               c.kind, c.age_layer, c.created_by, c.request, c.archived_at is not null,
               p.joined_sequence, x.user_id,
               exists (select from public.friends f where f.low_id = least(q.user_id, x.user_id) and f.high_id = greatest(q.user_id, x.user_id)),
               exists (select from public.blocks b where (b.blocker_id, b.blocked_id) in ((q.user_id, x.user_id), (x.user_id, q.user_id))),
               (select h.position from {messaging.LogSchema}.wya_log_head h),
               (select h.is_partition from {messaging.LogSchema}.wya_log_head h)
                   and q.conversation_id is not null and not {messaging.LogSchema}.wya_shows(q.conversation_id)
        from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality q(user_id, conversation_id, other_id, nth)
        left join public.users s on s.id = q.user_id
        left join public.conversations c on c.id = q.conversation_id
        left join public.participants p on p.conversation_id = c.id and p.user_id = q.user_id and p.left_sequence is null
        left join lateral (
            select coalesce(q.other_id, (select y.user_id from public.participants y
                where c.kind = 'direct' and y.conversation_id = c.id and y.user_id <> q.user_id limit 1)) as user_id offset 0) x on true
        left join public.users o on o.id = x.user_id
        """;

    /// <summary>Answers in the order of the questions.</summary>
    /// <param name="lane">Connections to messaging's database that nothing else keeps busy.</param>
    public static async Task<Entry[]> Read(LogDatabase messaging, NpgsqlDataSource lane, IReadOnlyList<EntryQuestion> questions, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = lane.CreateCommand(Sql(messaging));
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. questions.Select(question => question.User)] });
        command.Parameters.Add(new NpgsqlParameter<Guid?[]> { TypedValue = [.. questions.Select(question => question.Conversation)] });
        command.Parameters.Add(new NpgsqlParameter<Guid?[]> { TypedValue = [.. questions.Select(question => question.Other)] });
        var entries = new Entry[questions.Count];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            int index = (int)reader.GetInt64(0) - 1;
            entries[index] = Read(reader, questions[index]);
        }

        return entries;
    }

    private static Entry Read(NpgsqlDataReader reader, EntryQuestion question)
    {
        Chatter? self = ReadChatter(reader, 1);
        const int rest = 1 + (2 * ChatterColumns);
        UserId? otherId = reader.IsDBNull(rest + 6) ? null : new UserId(reader.GetGuid(rest + 6));
        Relation? other = otherId is null
            ? null
            : new Relation(ReadChatter(reader, 1 + ChatterColumns), reader.GetBoolean(rest + 7), reader.GetBoolean(rest + 8));
        (long head, bool isElsewhere) = (reader.GetInt64(rest + 9), reader.GetBoolean(rest + 10));
        if (reader.IsDBNull(rest))
        {
            return new Entry(self, null, other, 0) { Head = head, IsElsewhere = isElsewhere };
        }

        bool isIn = !reader.IsDBNull(rest + 5);
        bool isDirect = reader.GetString(rest) == "direct";
        Conversation conversation = Conversation.NotCreated with
        {
            Kind = isDirect ? ConversationKind.Direct : ConversationKind.Group,
            AgeLayer = AgeLayerText.Read(reader.GetString(rest + 1)),
            CreatedBy = new UserId(reader.GetGuid(rest + 2)),
            Participants = [.. isIn ? [new UserId(question.User)] : Array.Empty<UserId>(), .. isDirect && otherId is { } id ? [id] : Array.Empty<UserId>()],
            Request = reader.IsDBNull(rest + 3) ? RequestState.None : RequestOf(reader.GetString(rest + 3)),
            IsArchived = reader.GetBoolean(rest + 4),
        };
        return new Entry(self, conversation, other, isIn ? reader.GetInt64(rest + 5) : 0) { Head = head, IsElsewhere = isElsewhere };
    }

    internal static RequestState RequestOf(string text) => text switch
    {
        "open" => RequestState.Open,
        "waiting" => RequestState.Waiting,
        "declined" => RequestState.Declined,
        _ => throw new ArgumentOutOfRangeException(nameof(text)),
    };

    private static Chatter? ReadChatter(NpgsqlDataReader reader, int first)
    {
        if (reader.IsDBNull(first))
        {
            return null;
        }

        AgeLayer layer = AgeLayerText.Read(reader.GetString(first + 1));
        string status = reader.GetString(first + 2);
        DateTimeOffset? privateUntil = Time(reader, first + 6), groupUntil = Time(reader, first + 7);
        return new Chatter(
            new UserId(reader.GetGuid(first)),
            layer,
            status == "banned",
            status == "suspended" ? Time(reader, first + 3) : null,
            Time(reader, first + 4),
            status == "erased",
            Time(reader, first + 8),
            privateUntil,
            groupUntil,
            MessagingPolicy.For(layer).ChatsInGroups || reader.GetBoolean(first + 5));
    }

    /// <summary>The end of time is stored as <c>infinity</c>.</summary>
    private static DateTimeOffset? Time(NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        DateTime time = reader.GetDateTime(ordinal);
        return time == DateTime.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(time);
    }
}
