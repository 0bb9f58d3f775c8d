using Npgsql;
using Wya.Domain.Messaging;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Hits">Newest first.</param>
/// <param name="Next">What is older than this comes next; null when there is no more.</param>
/// <param name="IsTooWide">More people have written in these conversations than one search looks through: one of them is to be named.</param>
public sealed record FoundMessages(IReadOnlyList<MessageView> Hits, SearchPlace? Next, bool IsTooWide = false);

/// <summary>Of a message among all that are found: by its time, and those of the same moment by conversation and sequence.</summary>
public readonly record struct SearchPlace(DateTimeOffset SentAt, Guid ConversationId, long Sequence);

/// <summary>
/// Searches the conversations that exist for a person. The index is by author: a word has another digest for each, so the
/// authors are found first, their keys fetched together, and the index asked once for all.
/// </summary>
public static class MessageSearches
{
    /// <summary>Whose words one search looks through.</summary>
    public const int AuthorsMax = 2000;

    private static string Places(LogDatabase messaging) =>
        $"""
        select c.id, p.joined_sequence
        from public.participants p
        join public.conversations c on c.id = p.conversation_id
        where p.user_id = $1 and p.left_sequence is null and ($2::uuid is null or c.id = $2)
          and case c.kind
              when 'group' then c.age_layer = (select s.age_layer from public.users s where s.id = $1)
              else (select {MessagePages.Meets("y.user_id")} from public.participants y where y.conversation_id = c.id and y.user_id <> $1 limit 1)
              end
          and {MessagePages.Shows(messaging, "c.id")}
        """;

    /// <summary>Also those who have left: what they wrote is still there. What is written by people who are not met is not.</summary>
    private static string Authors(LogDatabase messaging) =>
        $"""
        with places as materialized ({Places(messaging)}),
        authors as materialized (
            select distinct p.user_id from public.participants p join public.users u on u.id = p.user_id
            where p.conversation_id in (select id from places) and u.status <> 'erased'),
        met as (select w.user_id from authors w where {MessagePages.Meets("w.user_id")} limit $3)
        select user_id from met
        """;

    // One probe of the index an author; what they wrote elsewhere is left out afterwards.
    private static string Found(LogDatabase messaging) =>
        $"""
        with places as materialized ({Places(messaging)})
        select s.message_id, m.sent_at, m.conversation_id, m.sequence
        from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[]) a(author_id, w1, w2, w3, w4, w5)
        join public.message_search s on s.words @> array[a.w1, a.w2, a.w3, a.w4, a.w5] and s.author_id = a.author_id
        join places on places.id = s.conversation_id and s.sequence > places.joined_sequence
        join public.messages m on m.message_id = s.message_id and {MessagePages.Says}
        where $9::timestamptz is null or (m.sent_at, m.conversation_id, m.sequence) < ($9, $10, $11)
        order by m.sent_at desc, m.conversation_id desc, m.sequence desc
        limit $12
        """;

    /// <summary>The same over several logs, as one page.</summary>
    public static async Task<FoundMessages> Find(
        IReadOnlyList<LogDatabase> partitions, Guid reader, IReadOnlyList<string> words, Guid? conversation, SearchPlace? before, int limit, CancellationToken ct = default)
    {
        FoundMessages[] pages = await Task.WhenAll(
            partitions.Select(messaging => Find(messaging, reader, words, conversation, before, limit, ct))).ConfigureAwait(false);
        if (pages is [var only])
        {
            return only;
        }

        // None goes further than the first of them that has more to give: what lies beyond is found with the next page.
        SearchPlace? end = pages.Select(page => page.Next).OfType<SearchPlace>().OrderByDescending(place => place, SearchOrder.Ascending).Cast<SearchPlace?>().FirstOrDefault();
        MessageView[] hits =
        [
            .. pages.SelectMany(page => page.Hits).DistinctBy(view => view.Row.MessageId)
                .Where(view => end is not { } last || SearchOrder.Ascending.Compare(PlaceOf(view), last) >= 0)
                .OrderByDescending(PlaceOf, SearchOrder.Ascending),
        ];
        return new FoundMessages(
            [.. hits.Take(limit)], hits.Length > limit ? PlaceOf(hits[limit - 1]) : end, IsTooWide: pages.Any(page => page.IsTooWide));
    }

    /// <param name="words">1 to 5, as <see cref="WordRules"/> makes them: all of them must occur.</param>
    /// <param name="conversation">Null for all.</param>
    /// <param name="before">Exclusive.</param>
    public static async Task<FoundMessages> Find(
        LogDatabase messaging, Guid reader, IReadOnlyList<string> words, Guid? conversation, SearchPlace? before, int limit, CancellationToken ct = default)
    {
        List<Guid> authors = [];
        await using (NpgsqlCommand command = messaging.DataSource.CreateCommand(Authors(messaging)))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
            command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = conversation });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = AuthorsMax + 1 });
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await rows.ReadAsync(ct).ConfigureAwait(false))
            {
                authors.Add(rows.GetGuid(0));
            }
        }

        if (authors.Count is 0 or > AuthorsMax)
        {
            return new FoundMessages([], null, IsTooWide: authors.Count > AuthorsMax);
        }

        IReadOnlyDictionary<Guid, IndexKey> keys = await messaging.Seals.IndexKeys(authors, ct).ConfigureAwait(false);
        KeyValuePair<Guid, IndexKey>[] readable = [.. keys];
        List<(Guid Id, SearchPlace Place)> found = [];
        await using (NpgsqlCommand command = messaging.DataSource.CreateCommand(Found(messaging)))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
            command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = conversation });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. readable.Select(one => one.Key)] });
            for (int i = 0; i < WordRules.AskedMax; i++)
            {
                string word = words[Math.Min(i, words.Count - 1)]; // the last one is asked for as often as it takes
                command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. readable.Select(one => one.Value.Digest(word))] });
            }

            command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = before?.SentAt.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = before?.ConversationId });
            command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = before?.Sequence });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await rows.ReadAsync(ct).ConfigureAwait(false))
            {
                found.Add((rows.GetGuid(0), new SearchPlace(rows.GetFieldValue<DateTimeOffset>(1), rows.GetGuid(2), rows.GetInt64(3))));
            }
        }

        (Guid Id, SearchPlace Place)[] page = [.. found.Take(limit)];
        Dictionary<Guid, MessageView> views = (await MessagePages.ByIds(messaging, reader, [.. page.Select(one => one.Id)], ct).ConfigureAwait(false))
            .ToDictionary(view => view.Row.MessageId);
        return new FoundMessages(
            [.. page.Select(one => views.GetValueOrDefault(one.Id)).OfType<MessageView>().Where(view => Says(view, words))],
            found.Count > limit ? page[^1].Place : null);
    }

    private static SearchPlace PlaceOf(MessageView view) => new(view.Row.SentAt, view.Row.ConversationId, view.Row.Sequence);

    /// <summary>The index follows the log: what was edited or deleted a moment ago is shown by what it says now, if at all.</summary>
    private static bool Says(MessageView view, IReadOnlyList<string> words)
    {
        var said = WordRules.Words(view.Content?.Text).ToHashSet(StringComparer.Ordinal);
        return words.All(said.Contains);
    }
}

/// <summary>As PostgreSQL has it: ids in the order of their bytes.</summary>
internal sealed class SearchOrder : IComparer<SearchPlace>
{
    public static readonly SearchOrder Ascending = new();

    public int Compare(SearchPlace x, SearchPlace y) =>
        x.SentAt != y.SentAt ? x.SentAt.CompareTo(y.SentAt)
        : x.ConversationId != y.ConversationId ? string.CompareOrdinal(x.ConversationId.ToString("n"), y.ConversationId.ToString("n"))
        : x.Sequence.CompareTo(y.Sequence);
}
