using System.Text.Json;
using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>A message as it is now, for one person who may read it.</summary>
/// <param name="Content">Null when it is deleted or taken down, or its author erased.</param>
/// <param name="IsTakenDown">By a moderator: nobody is shown what it says.</param>
public sealed record MessageView(
    MessageRow Row, bool IsTakenDown, MessageContent? Content, IReadOnlyList<Guid> Mentions, IReadOnlyList<ReactionRow> Reactions)
{
    /// <summary>Its author is erased, and with them what they said.</summary>
    public bool IsErased => Row.DeletedAt is null && !IsTakenDown && Content is null;
}

/// <summary>
/// Reads messages with what they say. Rows by people whom the reader does not meet are left out, as if they were not there.
/// What is sealed is opened with one round trip for the keys that are not at hand, if any.
/// </summary>
public static class MessagePages
{
    /// <summary>Of the person who reads, <c>$1</c>, before somebody: whether they meet, or are the same.</summary>
    /// <remarks>Only subqueries that look up one row by its key: one that PostgreSQL may hash would read whole tables.</remarks>
    internal static string Meets(string somebody) => Met.Replace("m.sender_id", somebody, StringComparison.Ordinal);

    /// <summary>
    /// Of the person who reads, <c>$1</c>: they wrote the message <c>m</c> themselves, or they meet its author, who may be erased.
    /// For one message, or few; a page finds <see cref="Unmet"/> once.
    /// </summary>
    public const string Met =
        """
        (m.sender_id = $1 or (
            coalesce((select a.age_layer from public.users a where a.id = m.sender_id) = (select s.age_layer from public.users s where s.id = $1), false)
            and (select true from public.blocks b where b.blocker_id = m.sender_id and b.blocked_id = $1) is null
            and (select true from public.blocks b where b.blocker_id = $1 and b.blocked_id = m.sender_id) is null))
        """;

    /// <summary>
    /// Whom of a conversation, <c>$2</c>, the person who reads, <c>$1</c>, does not meet: found once for a page, however many
    /// messages it passes by. A CTE, to be followed by others.
    /// </summary>
    internal static readonly string Unmet =
        $"""
        unmet as materialized (
            select array(select p.user_id from public.participants p where p.conversation_id = $2 and not {Meets("p.user_id")}) as ids)
        """;

    internal const string MetSender = "m.sender_id <> all ((select ids from unmet)::uuid[])";

    internal const string MetReactor = "r.user_id <> all ((select ids from unmet)::uuid[])";

    /// <summary>Of a message <c>m</c>: a moderator has taken it down.</summary>
    internal const string TakenDown = "(select true from public.message_takedowns t where t.message_id = m.message_id) is not null";

    /// <summary>Of a message <c>m</c>: it says something.</summary>
    internal const string Says = $"m.deleted_at is null and not {TakenDown}";

    /// <summary>This log holds the conversation: what has moved to another has left its rows here. Asked of a partition alone.</summary>
    internal static string Shows(LogDatabase messaging, string conversation) =>
        $"((select not h.is_partition from {messaging.LogSchema}.wya_log_head h) or {messaging.LogSchema}.wya_shows({conversation}))";

    /// <param name="reactions">A condition on those that are shown, <c>r</c>.</param>
    internal static string Columns(string reactions)
    {
        string shown = $"from public.reactions r where r.message_id = m.message_id and {Says} and {reactions} order by r.sequence, r.user_id, r.emoji";
        return $"""
            m.message_id, m.conversation_id, m.sequence, m.sender_id, m.kind, m.reply_to, m.sent_at, m.content_position, m.edited_at, m.deleted_at,
            case when {Says} then e.data ->> 'content' end,
            array(select n.user_id from public.mentions n where n.message_id = m.message_id and {Says}),
            array(select r.user_id {shown}),
            array(select r.emoji {shown}),
            array(select r.sequence {shown}),
            {TakenDown}
            """;
    }

    /// <summary>The messages of a conversation from one end of a range of sequences, at most <paramref name="limit"/> of them.</summary>
    /// <param name="after">Exclusive; what a person may not see, because it is from before they came, lies below it.</param>
    /// <param name="before">Exclusive.</param>
    /// <param name="newestFirst">From which end they are taken; they are answered in ascending order either way.</param>
    public static async Task<IReadOnlyList<MessageView>> Page(
        LogDatabase messaging, Guid reader, Guid conversation, long after, long before, bool newestFirst, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"""
            with {Unmet}
            select {Columns(MetReactor)}
            from (select * from public.messages m
                  where m.conversation_id = $2 and m.sequence > $3 and m.sequence < $4 and {MetSender}
                  order by m.sequence {(newestFirst ? "desc" : "asc")} limit $5) m
            left join {messaging.LogSchema}.mt_events e on e.seq_id = m.content_position
            order by m.sequence
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await Read(messaging, command, ct).ConfigureAwait(false);
    }

    /// <summary>Messages by their ids, whoever reads: the caller knows who may.</summary>
    public static Task<IReadOnlyList<MessageView>> ByIds(LogDatabase messaging, IReadOnlyCollection<Guid> ids, CancellationToken ct = default) =>
        ByIds(messaging, null, ids, ct);

    /// <summary>Messages by their ids, with the reactions that the reader may see; the caller knows which messages they may.</summary>
    public static async Task<IReadOnlyList<MessageView>> ByIds(LogDatabase messaging, Guid? reader, IReadOnlyCollection<Guid> ids, CancellationToken ct = default)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"""
            select {Columns(reader is null ? "$1::uuid is null" : Meets("r.user_id"))}
            from public.messages m left join {messaging.LogSchema}.mt_events e on e.seq_id = m.content_position
            where m.message_id = any($2) order by m.conversation_id, m.sequence
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = reader });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] });
        return await Read(messaging, command, ct).ConfigureAwait(false);
    }

    /// <summary>One message's row, without what it says; null when it is not in the conversation.</summary>
    public static async Task<MessageRow?> Row(LogDatabase messaging, Guid conversation, Guid message, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            """
            select message_id, conversation_id, sequence, sender_id, kind, reply_to, sent_at, content_position, edited_at, deleted_at
            from public.messages where message_id = $1 and conversation_id = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? MessagesTable.ReadRow(reader) : null;
    }

    /// <summary>What stands sealed at each place; null where its subject's key has been destroyed.</summary>
    public static async Task<IReadOnlyList<MessageContent?>> Open(
        LogDatabase messaging, IReadOnlyList<(string Token, Guid Conversation)> contents, CancellationToken ct = default)
    {
        List<(SealedToken, Guid)> tokens = [];
        foreach ((string text, Guid conversation) in contents)
        {
            tokens.Add((SealedToken.TryParse(text, out SealedToken? token) ? token : throw new TamperedValueException(), conversation));
        }

        OpenedToken[] opened = tokens.Count == 0 ? [] : await messaging.Seals.OpenAll(tokens, ct).ConfigureAwait(false);
        return [.. opened.Select(one => one.Failure is { } failure ? throw failure
            : one.Json is { } json ? JsonSerializer.Deserialize<MessageContent>(json, EventJson.Options) : null)];
    }

    /// <param name="row">Is shown each row; one without a message stands for none.</param>
    internal static async Task<IReadOnlyList<MessageView>> Read(
        LogDatabase messaging, NpgsqlCommand command, CancellationToken ct, Action<NpgsqlDataReader>? row = null)
    {
        List<MessageView> views = [];
        List<(string Token, Guid Conversation)> contents = [];
        List<int> withContent = [];
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                row?.Invoke(reader);
                if (reader.IsDBNull(0))
                {
                    continue;
                }

                MessageRow message = MessagesTable.ReadRow(reader);
                if (!reader.IsDBNull(10))
                {
                    withContent.Add(views.Count);
                    contents.Add((reader.GetString(10), message.ConversationId));
                }

                Guid[] users = reader.GetFieldValue<Guid[]>(12);
                string[] emojis = reader.GetFieldValue<string[]>(13);
                long[] sequences = reader.GetFieldValue<long[]>(14);
                views.Add(new MessageView(
                    message,
                    reader.GetBoolean(15),
                    null,
                    reader.GetFieldValue<Guid[]>(11),
                    [.. users.Select((user, i) => new ReactionRow(message.MessageId, user, emojis[i], sequences[i]))]));
            }
        }

        IReadOnlyList<MessageContent?> opened = await Open(messaging, contents, ct).ConfigureAwait(false);
        for (int i = 0; i < opened.Count; i++)
        {
            views[withContent[i]] = views[withContent[i]] with { Content = opened[i] };
        }

        return views;
    }
}
