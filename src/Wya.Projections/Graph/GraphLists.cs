using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <param name="Since">Of the last person of a page, with their <paramref name="Id"/>.</param>
public readonly record struct GraphPlace(DateTimeOffset Since, Guid Id);

/// <param name="Since">Of whatever the list is of.</param>
public sealed record GraphEntry(Guid UserId, string Handle, DateTimeOffset Since);

/// <summary>A list of people that somebody is shown of their own graph.</summary>
public enum GraphList
{
    Friends,
    Following,
    Followers,
    Blocks,
    Mutes,
    IncomingRequests,
    OutgoingRequests,
}

/// <summary>
/// Lists of people, newest first, as one person sees them now: nobody of another layer, nobody who is not there, and nobody
/// between whom and them there is a block, except in the list of their own blocks.
/// </summary>
public static class GraphLists
{
    private const string EdgeTime = "e.created_at at time zone 'utc'";

    /// <param name="now">When what is withheld for a time is looked at.</param>
    /// <param name="after">The last of the page before; null for the first.</param>
    public static Task<IReadOnlyList<GraphEntry>> Page(
        LogDatabase graph, UserId reader, GraphList list, DateTimeOffset now, GraphPlace? after, int limit, CancellationToken ct = default) => list switch
        {
            GraphList.Friends => Read(graph, reader, Edges("to_user", "from_user", EdgesTable.Friend), after, limit, ct),
            GraphList.Following => Read(graph, reader, Edges("to_user", "from_user", EdgesTable.Follow), after, limit, ct),
            GraphList.Followers => Read(graph, reader, Edges("from_user", "to_user", EdgesTable.Follow), after, limit, ct),
            GraphList.Blocks => Read(graph, reader, Edges("to_user", "from_user", EdgesTable.Block), after, limit, ct, showsBlocked: true),
            GraphList.Mutes => Read(graph, reader, "select muted_id, muted_at from public.graph_mutes where muter_id = $1", after, limit, ct),
            GraphList.OutgoingRequests => Read(
                graph, reader, "select requested_id, requested_at from public.friend_requests where requester_id = $1", after, limit, ct),
            GraphList.IncomingRequests => Read(
                graph,
                reader,
                "select requester_id, requested_at from public.friend_requests where requested_id = $1 and (withheld_until is null or withheld_until <= $5)",
                after,
                limit,
                ct,
                fifth: new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime }),
            _ => throw new ArgumentOutOfRangeException(nameof(list), list, null),
        };

    /// <summary>Friends of the reader who are friends of the other one too; the reader must meet the other one.</summary>
    public static Task<IReadOnlyList<GraphEntry>> MutualFriends(
        LogDatabase graph, UserId reader, UserId other, GraphPlace? after, int limit, CancellationToken ct = default) => Read(
            graph,
            reader,
            Edges("to_user", "from_user", EdgesTable.Friend)
                + " and exists (select from public.edges m where m.from_user = $5 and m.to_user = e.to_user and m.type = 'friend')",
            after,
            limit,
            ct,
            fifth: new NpgsqlParameter<Guid> { TypedValue = other.Value });

    private static string Edges(string other, string own, string type) =>
        $"select e.{other}, {EdgeTime} from public.edges e where e.{own} = $1 and e.type = '{type}'";

    private static async Task<IReadOnlyList<GraphEntry>> Read(
        LogDatabase graph,
        UserId reader,
        string source,
        GraphPlace? after,
        int limit,
        CancellationToken ct,
        bool showsBlocked = false,
        NpgsqlParameter? fifth = null)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand(
            $"""
            select x.id, x.since, o.handle
            from ({source}) x(id, since)
            join public.people s on s.id = $1
            join public.people o on o.id = x.id and {PeopleTable.IsReachable("s", "o")}
            where ($2::timestamptz is null or (x.since, x.id) < ($2, $3))
              {(showsBlocked ? "" : $"and not {GraphViews.AreApart("$1", "x.id")}")}
            order by x.since desc, x.id desc limit $4
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader.Value });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = after?.Since.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = after?.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        if (fifth is not null)
        {
            command.Parameters.Add(fifth);
        }

        List<(Guid Id, DateTimeOffset Since, string? Token)> found = [];
        await using (NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await rows.ReadAsync(ct).ConfigureAwait(false))
            {
                found.Add((rows.GetGuid(0), rows.GetFieldValue<DateTimeOffset>(1), rows.IsDBNull(2) ? null : rows.GetString(2)));
            }
        }

        IReadOnlyDictionary<Guid, string> handles = await Handles.Open(graph, found.Select(one => (one.Id, one.Token)), ct).ConfigureAwait(false);

        // An erasure that the rows do not know of yet destroys the key first: whoever has no handle any more is gone.
        return [.. found.Where(one => handles.ContainsKey(one.Id)).Select(one => new GraphEntry(one.Id, handles[one.Id], one.Since))];
    }
}
