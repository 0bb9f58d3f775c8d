using Npgsql;
using Wya.Domain.Graph;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <param name="MutualFriends">How many friends they have in common, as far as was looked.</param>
/// <param name="MutualHandles">Of some of those.</param>
/// <param name="FollowsReader">They follow whoever asks.</param>
public sealed record SuggestedFriend(Guid UserId, string Handle, int MutualFriends, IReadOnlyList<string> MutualHandles, bool FollowsReader);

/// <summary>
/// People whom somebody may know: friends of friends, and, for those who are old enough, who follows them. Few, with what
/// speaks for each, and in the order of how much they have in common; how many friends or followers anybody has counts for
/// nothing. Computed when it is asked for, from the edges.
/// </summary>
public static class FriendSuggestions
{
    /// <summary>Bounds the work for those who have the most: of so many friends, so many friends of each are looked at.</summary>
    private const int FriendsLookedAtMax = 500;

    private const int FriendsOfEachMax = 500;
    private const int FollowersLookedAtMax = 500;

    private static readonly string Sql =
        $"""
        with self as (select p.id, p.age_layer from public.people p where p.id = $1),
        mine as (
            select e.to_user as id from public.edges e
            join self s on true
            join public.people o on o.id = e.to_user and {PeopleTable.IsReachable("s", "o")}
            where e.from_user = $1 and e.type = 'friend' order by e.created_at desc limit {FriendsLookedAtMax}),
        candidates (id, through) as (
            select x.to_user, m.id from mine m cross join lateral (
                select e.to_user from public.edges e where e.from_user = m.id and e.type = 'friend' limit {FriendsOfEachMax}) x
            union all
            select x.from_user, null from (
                select e.from_user from public.edges e where e.to_user = $1 and e.type = 'follow' limit {FollowersLookedAtMax}) x
            where $2),
        together as (
            select c.id, count(c.through) as mutual, bool_or(c.through is null) as follows,
                (array_agg(c.through order by c.through) filter (where c.through is not null))[1:$3] as some
            from candidates c group by c.id)
        select t.id, o.handle, t.mutual, t.follows, coalesce(t.some, array[]::uuid[]),
            array(select n.handle from unnest(coalesce(t.some, array[]::uuid[])) with ordinality u(id, nth) join public.people n on n.id = u.id order by u.nth)
        from together t
        join self s on s.id <> t.id
        join public.people o on o.id = t.id and {PeopleTable.IsReachable("s", "o")}
        where not exists (select from public.edges e where e.from_user = $1 and e.to_user = t.id and e.type = 'friend')
          and not {GraphViews.AreApart("$1", "t.id")}
          and not exists (select from public.friend_requests r where (r.requester_id, r.requested_id) in (($1, t.id), (t.id, $1)))
          and not exists (select from public.dismissed_suggestions d where d.user_id = $1 and d.dismissed_id = t.id)
          and not exists (select from public.graph_mutes m where m.muter_id = $1 and m.muted_id = t.id)
        order by t.mutual desc, t.follows desc, t.id limit {GraphPolicy.SuggestionsMax}
        """;

    public static async Task<IReadOnlyList<SuggestedFriend>> For(LogDatabase graph, UserId user, GraphPolicy policy, CancellationToken ct = default)
    {
        List<(Guid Id, string? Token, int Mutual, bool Follows, Guid[] Some, string?[] Tokens)> found = [];
        await using (NpgsqlCommand command = graph.DataSource.CreateCommand(Sql))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
            command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = !policy.SuggestsFriendsOfFriendsOnly });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = GraphPolicy.MutualFriendsNamedMax });
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await rows.ReadAsync(ct).ConfigureAwait(false))
            {
                found.Add((
                    rows.GetGuid(0),
                    rows.IsDBNull(1) ? null : rows.GetString(1),
                    (int)rows.GetInt64(2),
                    rows.GetBoolean(3),
                    rows.GetFieldValue<Guid[]>(4),
                    rows.GetFieldValue<string?[]>(5)));
            }
        }

        IReadOnlyDictionary<Guid, string> handles = await Handles.Open(
            graph, found.SelectMany(one => one.Some.Zip(one.Tokens).Append((one.Id, one.Token))).Distinct(), ct).ConfigureAwait(false);
        return
        [
            .. found.Where(one => handles.ContainsKey(one.Id)).Select(one => new SuggestedFriend(
                one.Id,
                handles[one.Id],
                one.Mutual,
                [.. one.Some.Where(handles.ContainsKey).Select(id => handles[id])],
                one.Follows)),
        ];
    }

    /// <summary>The layer that decides which policy holds; null when the graph does not know the person yet.</summary>
    public static async Task<AgeLayer?> LayerOf(LogDatabase graph, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand("select age_layer from public.people where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is string layer ? AgeLayerText.Read(layer) : null;
    }
}
