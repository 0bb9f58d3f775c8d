using System.Text.Json;
using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="ActiveAt">Of the last conversation of a page, with its <paramref name="Id"/>.</param>
public readonly record struct ListPlace(DateTimeOffset ActiveAt, Guid Id);

/// <summary>
/// The conversations that exist for a person, by activity. One round trip finds the page, and one more, in two halves at the
/// same time, the people and the last messages in it, however many conversations it has.
/// </summary>
public static class ConversationLists
{
    /// <summary>Nobody counts further.</summary>
    public const int CountMax = 100;

    /// <summary>As few of a group's people as a list shows.</summary>
    public const int ParticipantsInLists = 10;

    private static string Mine(LogDatabase messaging) =>
        $"""
        select c.id, c.kind, c.title, c.created_by, c.created_at, c.archived_at, c.request, p.is_muted, p.read_sequence, p.joined_sequence,
            case
                when c.kind = 'direct' then c.active_at
                when c.last_sequence <= p.joined_sequence then p.joined_at
                when {MessagePages.Meets("l.sender_id")} then c.active_at
                else coalesce(
                    (select m.sent_at from public.messages m where m.conversation_id = c.id and m.sequence > p.joined_sequence and {MessagePages.Met}
                     order by m.sequence desc limit 1),
                    p.joined_at)
            end as active
        from public.participants p
        join public.conversations c on c.id = p.conversation_id
        left join public.messages l on c.kind = 'group' and l.message_id = c.last_message_id
        where p.user_id = $1 and p.left_sequence is null
          and case c.kind
              when 'group' then c.age_layer = (select s.age_layer from public.users s where s.id = $1)
              else (select {MessagePages.Meets("y.user_id")} from public.participants y where y.conversation_id = c.id and y.user_id <> $1 limit 1)
              end
          and {MessagePages.Shows(messaging, "c.id")}
        """;

    /// <summary>What a list shows of the conversations <c>c</c> that it has found.</summary>
    private static readonly string Shown =
        $"""
        c.id, c.kind, c.title, c.created_by, c.created_at, c.archived_at, c.request, c.is_muted, c.read_sequence, c.active,
        (select count(*) from (
            select from public.messages m
            where m.conversation_id = c.id and m.sequence > c.read_sequence and m.sender_id <> $1 and {MessagePages.Says} and {MessagePages.Met}
            limit {CountMax}) u),
        (select count(*) from (
            select from public.mentions n join public.messages m on m.message_id = n.message_id
            where n.user_id = $1 and n.conversation_id = c.id and n.sequence > c.read_sequence and m.sender_id <> $1 and {MessagePages.Says}
                and {MessagePages.Met}
            limit {CountMax}) u),
        (select m.message_id from public.messages m
         where m.conversation_id = c.id and m.sequence > c.joined_sequence and {MessagePages.Met} order by m.sequence desc limit 1)
        """;

    private static readonly string Participants =
        $"""
        select q.conversation_id, q.user_id, q.handle, q.is_erased, q.read_message_id, q.read_sequence, q.people
        from (
            select p.conversation_id, p.user_id, u.handle, u.status = 'erased' as is_erased,
                case when p.user_id = $1 then p.read_message_id else p.public_read_message_id end as read_message_id,
                case when p.user_id = $1 then p.read_sequence else p.public_read_sequence end as read_sequence,
                row_number() over (partition by p.conversation_id order by p.user_id <> $1, p.joined_sequence, p.user_id) as nth,
                count(*) over (partition by p.conversation_id) as people
            from public.participants p
            join public.users u on u.id = p.user_id
            where p.conversation_id = any($2) and p.left_sequence is null and {MessagePages.Meets("p.user_id")}) q
        where q.nth <= $3
        order by q.conversation_id, q.nth
        """;

    /// <summary>Newest activity first.</summary>
    /// <param name="requests">Those that wait for this person's answer, and nothing else; otherwise all but those.</param>
    /// <param name="after">The last of the page before; null for the first.</param>
    public static async Task<IReadOnlyList<ConversationView>> Page(
        LogDatabase messaging, Guid reader, bool requests, ListPlace? after, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"""
            with mine as materialized (
                {Mine(messaging)}
                and {(requests ? "c.request = 'waiting' and c.created_by <> $1" : "(c.request is null or c.created_by = $1)")})
            select {Shown}
            from (select * from mine where $2::timestamptz is null or (active, id) < ($2, $3) order by active desc, id desc limit $4) c
            order by c.active desc, c.id desc
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = after?.ActiveAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = after?.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await Read(messaging, reader, command, ParticipantsInLists, ct).ConfigureAwait(false);
    }

    /// <summary>The same over several logs, as one page: each is read from the same place, and the newest of all are taken.</summary>
    public static async Task<IReadOnlyList<ConversationView>> Page(
        IReadOnlyList<LogDatabase> partitions, Guid reader, bool requests, ListPlace? after, int limit, CancellationToken ct = default)
    {
        IReadOnlyList<ConversationView>[] pages =
            await Task.WhenAll(partitions.Select(messaging => Page(messaging, reader, requests, after, limit, ct))).ConfigureAwait(false);
        return pages is [var only]
            ? only
            : [.. pages.SelectMany(page => page)
                .DistinctBy(view => view.Id) // one that moves meanwhile may be seen in both
                .OrderByDescending(view => view.ActiveAt).ThenByDescending(view => view.Id.ToString("n"), StringComparer.Ordinal)
                .Take(limit)];
    }

    /// <summary>One conversation with all its people; null when it does not exist for the reader.</summary>
    public static async Task<ConversationView?> One(LogDatabase messaging, Guid reader, Guid conversation, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand($"select {Shown} from ({Mine(messaging)} and c.id = $2) c");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        return await Read(messaging, reader, command, int.MaxValue, ct).ConfigureAwait(false) is [var one] ? one : null;
    }

    private static async Task<IReadOnlyList<ConversationView>> Read(
        LogDatabase messaging, Guid reader, NpgsqlCommand command, int participantsMax, CancellationToken ct)
    {
        List<ConversationView> found = [];
        List<(Guid Conversation, string Token)> titles = [];
        Dictionary<Guid, Guid> last = [];
        await using (NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await rows.ReadAsync(ct).ConfigureAwait(false))
            {
                Guid id = rows.GetGuid(0);
                if (!rows.IsDBNull(2))
                {
                    titles.Add((id, rows.GetString(2)));
                }

                if (!rows.IsDBNull(12))
                {
                    last[id] = rows.GetGuid(12);
                }

                found.Add(new ConversationView(
                    id,
                    rows.GetString(1),
                    null,
                    rows.GetGuid(3),
                    rows.GetFieldValue<DateTimeOffset>(4),
                    rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5),
                    rows.IsDBNull(6) ? null : rows.GetString(6) == "open" ? "open" : "waiting",
                    rows.GetBoolean(7),
                    rows.GetInt64(8),
                    (int)rows.GetInt64(10),
                    (int)rows.GetInt64(11),
                    rows.GetFieldValue<DateTimeOffset>(9),
                    null,
                    [],
                    0));
            }
        }

        if (found is [])
        {
            return [];
        }

        Task<Dictionary<Guid, (List<ParticipantView> People, int Count)>> people =
            People(messaging, reader, [.. found.Select(view => view.Id)], participantsMax, ct);
        Task<IReadOnlyList<MessageView>> messages = MessagePages.ByIds(messaging, reader, last.Values, ct);
        await Task.WhenAll(people, messages).ConfigureAwait(false);
        Dictionary<Guid, string> opened = await Titles(messaging, titles, ct).ConfigureAwait(false);
        var said = (await messages.ConfigureAwait(false)).ToDictionary(view => view.Row.ConversationId);
        Dictionary<Guid, (List<ParticipantView> People, int Count)> taking = await people.ConfigureAwait(false);
        return
        [
            .. found.Select(view => view with
            {
                Title = opened.GetValueOrDefault(view.Id),
                LastMessage = said.GetValueOrDefault(view.Id),
                Participants = taking.TryGetValue(view.Id, out var those) ? those.People : [],
                ParticipantCount = those.Count,
            }),
        ];
    }

    private static async Task<Dictionary<Guid, (List<ParticipantView> People, int Count)>> People(
        LogDatabase messaging, Guid reader, Guid[] conversations, int limit, CancellationToken ct)
    {
        List<(Guid Conversation, ParticipantView One, int Count)> found = [];
        List<(SealedToken Token, Guid StreamId)> handles = [];
        List<int> withHandle = [];
        await using (NpgsqlCommand command = messaging.DataSource.CreateCommand(Participants))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = conversations });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await rows.ReadAsync(ct).ConfigureAwait(false))
            {
                Guid user = rows.GetGuid(1);
                if (!rows.IsDBNull(2) && SealedToken.TryParse(rows.GetString(2), out SealedToken? token))
                {
                    withHandle.Add(found.Count);
                    handles.Add((token, user)); // in the stream of the same id
                }

                Guid? read = rows.IsDBNull(4) ? null : rows.GetGuid(4);
                found.Add((
                    rows.GetGuid(0),
                    new ParticipantView(user, null, rows.GetBoolean(3), read, read is null && user != reader ? null : rows.GetInt64(5)),
                    (int)rows.GetInt64(6)));
            }
        }

        // Sealed by identity, and carried here as it was: identity itself is not asked.
        OpenedToken[] opened = handles.Count == 0 ? [] : await messaging.SealsOf("identity").OpenAll(handles, ct).ConfigureAwait(false);
        for (int i = 0; i < opened.Length; i++)
        {
            if (opened[i].Failure is { } failure)
            {
                throw failure;
            }

            (Guid conversation, ParticipantView one, int count) = found[withHandle[i]];
            found[withHandle[i]] = (conversation, one with { Handle = Text(opened[i].Json), IsErased = one.IsErased || opened[i].Json is null }, count);
        }

        Dictionary<Guid, (List<ParticipantView> People, int Count)> people = [];
        foreach ((Guid conversation, ParticipantView one, int count) in found)
        {
            if (!people.TryGetValue(conversation, out var those))
            {
                people[conversation] = those = ([], count);
            }

            those.People.Add(one);
        }

        return people;
    }

    private static async Task<Dictionary<Guid, string>> Titles(LogDatabase messaging, List<(Guid Conversation, string Token)> titles, CancellationToken ct)
    {
        List<(SealedToken Token, Guid StreamId)> tokens =
            [.. titles.Select(one => (SealedToken.TryParse(one.Token, out SealedToken? token) ? token : throw new TamperedValueException(), one.Conversation))];
        OpenedToken[] opened = tokens.Count == 0 ? [] : await messaging.Seals.OpenAll(tokens, ct).ConfigureAwait(false);
        Dictionary<Guid, string> texts = [];
        for (int i = 0; i < opened.Length; i++)
        {
            if ((opened[i].Failure is { } failure ? throw failure : Text(opened[i].Json)) is { } text)
            {
                texts[titles[i].Conversation] = text;
            }
        }

        return texts;
    }

    private static string? Text(byte[]? json) => json is null ? null : JsonSerializer.Deserialize<string>(json, EventJson.Options);
}
