using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Redis;

namespace Wya.Projections.Graph;

/// <summary>Whom to look at, and a friend in common that is said to be there.</summary>
/// <param name="Via">Null when none is known.</param>
public readonly record struct AskedTie(Guid Other, Guid? Via);

/// <summary>Somebody who exists for the person who asks, now.</summary>
/// <param name="AreThroughFriend">The friend in common is one, of both, and is there.</param>
/// <param name="Handle">Null for who has none any more.</param>
public sealed record CircleTie(Guid Other, bool AreFriends, bool AreThroughFriend, string? Handle);

/// <param name="Version">From when the ties are, or from before: what is kept of an answer is ordered by it.</param>
public sealed record CircleTies(ValueVersion Version, IReadOnlyDictionary<Guid, CircleTie> People);

/// <summary>
/// In which circle around somebody others stand, as the committed rows have it at this moment. A friend in common is not
/// searched for: whoever proposes somebody says through whom, and two edges are looked at.
/// </summary>
public static class Circles
{
    private static readonly string VersionSql =
        "select h.position + coalesce((select sum(p.last_seq_id) from {log}.mt_event_progression p where p.name = any($1)), 0)::bigint, "
        + $"{GraphProjectionRows.Epoch} from {{log}}.wya_log_head h";

    private static readonly string Sql =
        $"""
        select q.other_id,
            exists (select from public.edges f where f.from_user = $1 and f.to_user = q.other_id and f.type = 'friend'),
            exists (
                select from public.edges one
                join public.edges two on two.from_user = q.via_id and two.to_user = q.other_id and two.type = 'friend'
                join public.people v on v.id = q.via_id and {PeopleTable.IsReachable("s", "v")}
                where one.from_user = $1 and one.to_user = q.via_id and one.type = 'friend'),
            o.handle
        from unnest($2::uuid[], $3::uuid[]) q(other_id, via_id)
        join public.people s on s.id = $1 and {PeopleTable.IsThere("s")}
        join public.people o on o.id = q.other_id and {PeopleTable.IsReachable("s", "o")}
        where q.other_id <> $1 and not {GraphViews.AreApart("$1", "q.other_id")}
        """;

    public static async Task<CircleTies> Of(LogDatabase graph, UserId user, IReadOnlyCollection<AskedTie> others, CancellationToken ct = default)
    {
        List<(Guid Other, bool AreFriends, bool AreThroughFriend, string? Token)> found = [];
        ValueVersion version;
        await using (NpgsqlBatch batch = graph.DataSource.CreateBatch())
        {
            batch.BatchCommands.Add(AskVersion(graph)); // before the rest, so that the rest is no older
            var ties = new NpgsqlBatchCommand(Sql);
            ties.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
            ties.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. others.Select(one => one.Other)] });
            ties.Parameters.Add(new NpgsqlParameter<Guid?[]> { TypedValue = [.. others.Select(one => one.Via)] });
            batch.BatchCommands.Add(ties);
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await reader.ReadAsync(ct).ConfigureAwait(false);
            version = new ValueVersion(reader.GetInt64(1), reader.GetInt64(0));
            await reader.NextResultAsync(ct).ConfigureAwait(false);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                found.Add((reader.GetGuid(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
            }
        }

        IReadOnlyDictionary<Guid, string> handles = await Handles.Open(graph, found.Select(one => (one.Other, one.Token)), ct).ConfigureAwait(false);
        return new CircleTies(
            version,
            found.ToDictionary(
                one => one.Other, one => new CircleTie(one.Other, one.AreFriends, one.AreThroughFriend, handles.GetValueOrDefault(one.Other))));
    }

    /// <summary>What is written from now on is newer than anything that was made of rows before.</summary>
    public static async Task<ValueVersion> VersionNow(LogDatabase graph, CancellationToken ct = default)
    {
        await using NpgsqlBatch batch = graph.DataSource.CreateBatch();
        batch.BatchCommands.Add(AskVersion(graph));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new ValueVersion(reader.GetInt64(1), reader.GetInt64(0));
    }

    private static NpgsqlBatchCommand AskVersion(LogDatabase graph)
    {
        var command = new NpgsqlBatchCommand(VersionSql.Replace("{log}", graph.LogSchema, StringComparison.Ordinal));
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = GraphProjectionRows.Followed });
        return command;
    }
}
