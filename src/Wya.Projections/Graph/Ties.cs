using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>Two people who exist for each other now.</summary>
public sealed record Tie(Guid User, Guid Other, bool AreFriends);

/// <summary>
/// What stands between people, as the committed rows have it at this moment: for whoever shows one to another. Of those who
/// are apart, by layer, block, ban or erasure, nothing comes back.
/// </summary>
public static class Ties
{
    private static readonly string Meeting =
        $"""
        join public.people s on s.id = q.user_id and {PeopleTable.IsThere("s")}
        join public.people o on o.id = q.other_id and {PeopleTable.IsReachable("s", "o")}
        where q.user_id <> q.other_id and not {GraphViews.AreApart("q.user_id", "q.other_id")}
        """;

    private const string AreFriends =
        "exists (select from public.edges f where f.from_user = q.user_id and f.to_user = q.other_id and f.type = 'friend')";

    /// <summary>Of one person to each of others.</summary>
    public static Task<IReadOnlyList<Tie>> Of(LogDatabase graph, UserId user, IReadOnlyList<Guid> others, CancellationToken ct = default) => Read(
        graph,
        $"select q.user_id, q.other_id, {AreFriends} from (select $1::uuid, x.id from unnest($2::uuid[]) x(id)) q(user_id, other_id) {Meeting}",
        ct,
        new NpgsqlParameter<Guid> { TypedValue = user.Value },
        new NpgsqlParameter<Guid[]> { TypedValue = [.. others] });

    /// <summary>A person's friends in the order of ids; in such an order nothing tells who is near.</summary>
    /// <param name="after">The last of the page before.</param>
    public static Task<IReadOnlyList<Tie>> Friends(LogDatabase graph, UserId user, Guid? after, int limit, CancellationToken ct = default) => Read(
        graph,
        $"""
        select q.user_id, q.other_id, true
        from (select e.from_user, e.to_user from public.edges e where e.from_user = $1 and e.type = 'friend' and ($2::uuid is null or e.to_user > $2)) q(user_id, other_id)
        {Meeting} order by q.other_id limit $3
        """,
        ct,
        new NpgsqlParameter<Guid> { TypedValue = user.Value },
        new NpgsqlParameter<Guid?> { TypedValue = after },
        new NpgsqlParameter<int> { TypedValue = limit });

    /// <summary>Who of the listeners are friends of whom; the listener comes first.</summary>
    public static Task<IReadOnlyList<Tie>> FriendsAmong(
        LogDatabase graph, IReadOnlyList<Guid> people, IReadOnlyList<Guid> listeners, CancellationToken ct = default) => Read(
        graph,
        $"""
        select q.user_id, q.other_id, true
        from (select e.from_user, e.to_user from public.edges e where e.to_user = any($1) and e.from_user = any($2) and e.type = 'friend') q(user_id, other_id)
        {Meeting}
        """,
        ct,
        new NpgsqlParameter<Guid[]> { TypedValue = [.. people] },
        new NpgsqlParameter<Guid[]> { TypedValue = [.. listeners] });

    private static async Task<IReadOnlyList<Tie>> Read(LogDatabase graph, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        List<Tie> ties = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            ties.Add(new Tie(reader.GetGuid(0), reader.GetGuid(1), reader.GetBoolean(2)));
        }

        return ties;
    }
}
