using Npgsql;
using Wya.Domain.Messaging;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Hits">Newest first.</param>
/// <param name="Next">What is below this position comes next; null when there is no more.</param>
/// <param name="IsTooWide">More people have written in these conversations than one search looks through: one of them is to be named.</param>
public sealed record FoundMessages(IReadOnlyList<MessageView> Hits, long? Next, bool IsTooWide = false);

/// <summary>
/// Searches the conversations that exist for a person. The index is by author: a word has another digest for each, so the
/// authors are found first, their keys fetched together, and the index asked once for all.
/// </summary>
public static class MessageSearches
{
    /// <summary>Whose words one search looks through.</summary>
    public const int AuthorsMax = 2000;

    private static readonly string Places =
        $"""
        select c.id, p.joined_sequence
        from public.participants p
        join public.conversations c on c.id = p.conversation_id
        where p.user_id = $1 and p.left_sequence is null and ($2::uuid is null or c.id = $2)
          and case c.kind
              when 'group' then c.age_layer = (select s.age_layer from public.users s where s.id = $1)
              else (select {MessagePages.Meets("y.user_id")} from public.participants y where y.conversation_id = c.id and y.user_id <> $1 limit 1)
              end
        """;

    /// <summary>Also those who have left: what they wrote is still there. What is written by people who are not met is not.</summary>
    private static readonly string Authors =
        $"""
        with places as materialized ({Places}),
        authors as materialized (
            select distinct p.user_id from public.participants p join public.users u on u.id = p.user_id
            where p.conversation_id in (select id from places) and u.status <> 'erased'),
        met as (select w.user_id from authors w where {MessagePages.Meets("w.user_id")} limit $3)
        select user_id from met
        """;

    // One probe of the index an author; what they wrote elsewhere is left out afterwards.
    private static readonly string Found =
        $"""
        with places as materialized ({Places})
        select s.message_id, s.position
        from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[]) a(author_id, w1, w2, w3, w4, w5)
        join public.message_search s on s.words @> array[a.w1, a.w2, a.w3, a.w4, a.w5] and s.author_id = a.author_id
        join places on places.id = s.conversation_id and s.sequence > places.joined_sequence
        join public.messages m on m.message_id = s.message_id and {MessagePages.Says}
        where s.position < $9
        order by s.position desc
        limit $10
        """;

    /// <param name="words">1 to 5, as <see cref="WordRules"/> makes them: all of them must occur.</param>
    /// <param name="conversation">Null for all.</param>
    /// <param name="before">Exclusive.</param>
    public static async Task<FoundMessages> Find(
        LogDatabase messaging, Guid reader, IReadOnlyList<string> words, Guid? conversation, long before, int limit, CancellationToken ct = default)
    {
        List<Guid> authors = [];
        await using (NpgsqlCommand command = messaging.DataSource.CreateCommand(Authors))
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
        List<(Guid Id, long Position)> found = [];
        await using (NpgsqlCommand command = messaging.DataSource.CreateCommand(Found))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
            command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = conversation });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. readable.Select(one => one.Key)] });
            for (int i = 0; i < WordRules.AskedMax; i++)
            {
                string word = words[Math.Min(i, words.Count - 1)]; // the last one is asked for as often as it takes
                command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. readable.Select(one => one.Value.Digest(word))] });
            }

            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await rows.ReadAsync(ct).ConfigureAwait(false))
            {
                found.Add((rows.GetGuid(0), rows.GetInt64(1)));
            }
        }

        (Guid Id, long Position)[] page = [.. found.Take(limit)];
        var views = (await MessagePages.ByIds(messaging, reader, [.. page.Select(one => one.Id)], ct).ConfigureAwait(false))
            .ToDictionary(view => view.Row.MessageId);
        return new FoundMessages(
            [.. page.Select(one => views.GetValueOrDefault(one.Id)).OfType<MessageView>().Where(view => Says(view, words))],
            found.Count > limit ? page[^1].Position : null);
    }

    /// <summary>The index follows the log: what was edited or deleted a moment ago is shown by what it says now, if at all.</summary>
    private static bool Says(MessageView view, IReadOnlyList<string> words)
    {
        var said = WordRules.Words(view.Content?.Text).ToHashSet(StringComparer.Ordinal);
        return words.All(said.Contains);
    }
}
