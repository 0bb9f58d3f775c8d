using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Redis;

namespace Wya.Projections.Graph;

/// <param name="Version">Of all of them: they were read at one moment.</param>
/// <param name="People">Without those who are not there, or not any more.</param>
public sealed record ProjectedPeople(ValueVersion Version, IReadOnlyDictionary<Guid, GraphProjection> People);

/// <summary>
/// Makes projections from the graph's rows, of many people in one statement, and says from when they are. What goes into
/// them depends on the graph's own log and on how far it has followed the others; each of these positions only rises, so
/// their sum orders any two moments of this database, and is equal only where nothing has changed.
/// </summary>
public static class GraphProjectionRows
{
    /// <summary>People in one statement.</summary>
    public const int PeopleMax = 500;

    /// <summary>
    /// A counter of how often what Redis holds has become doubtful. A sequence, because it survives every crash, and is no
    /// row that anybody could wait for.
    /// </summary>
    public const string PrepareSql =
        """
        create sequence if not exists public.graph_projection_epoch;
        grant usage, select on public.graph_projection_epoch to {app};
        """;

    internal const string Epoch = "(select last_value + is_called::int from public.graph_projection_epoch)";

    public static async Task<ProjectedPeople> Read(LogRows graph, IReadOnlyCollection<Guid> people, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(people.Count, PeopleMax);
        await using NpgsqlCommand command = graph.CreateCommand(
            $"""
            select h.position + coalesce((select sum(p.last_seq_id) from {graph.Database.LogSchema}.mt_event_progression p where p.name = any($2)), 0)::bigint,
                   {Epoch}, greatest(h.time, '1970-01-01z'), a.id,
                   array({GraphViews.Shown("to_user", "from_user", EdgesTable.Friend, "a.id")} order by 1),
                   array({GraphViews.Shown("from_user", "to_user", EdgesTable.Follow, "a.id")} order by 1),
                   array({GraphViews.Shown("to_user", "from_user", EdgesTable.Block, "a.id")} order by 1),
                   t.course::text, now()
            from {graph.Database.LogSchema}.wya_log_head h
            left join lateral (
                select id from public.people where id = any($1) and status <> 'erased' and erasure_due_at is null) a on true
            left join public.trust_scores t on t.user_id = a.id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. people] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Followed });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        ValueVersion version = default;
        Dictionary<Guid, GraphProjection> read = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            version = new ValueVersion(reader.GetInt64(1), reader.GetInt64(0));
            if (!reader.IsDBNull(3))
            {
                read[reader.GetGuid(3)] = new GraphProjection(
                    reader.GetFieldValue<Guid[]>(4),
                    reader.GetFieldValue<Guid[]>(5),
                    reader.GetFieldValue<Guid[]>(6),
                    (double)TrustScoresTable.Score(reader.IsDBNull(7) ? null : reader.GetString(7), reader.GetFieldValue<DateTimeOffset>(8)),
                    reader.GetFieldValue<DateTimeOffset>(2));
            }
        }

        return new ProjectedPeople(version, read);
    }

    /// <summary>Of what a projection proposes, what is shown to the person at this moment: nobody whom the rows do not name.</summary>
    public static async Task<GraphProjection> ShownNow(LogDatabase graph, UserId user, GraphProjection proposed, CancellationToken ct = default)
    {
        static string Of(string proposed, string other, string own, string type) =>
            $"array(select x.id from ({GraphViews.Shown(other, own, type)}) x(id) where x.id = any({proposed}) order by 1)";

        await using NpgsqlCommand command = graph.DataSource.CreateCommand(
            $"select {Of("$2", "to_user", "from_user", EdgesTable.Friend)}, {Of("$3", "from_user", "to_user", EdgesTable.Follow)}, "
            + Of("$4", "to_user", "from_user", EdgesTable.Block));
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. proposed.Friends] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. proposed.Followers] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. proposed.Blocks] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return proposed with
        {
            Friends = reader.GetFieldValue<Guid[]>(0),
            Followers = reader.GetFieldValue<Guid[]>(1),
            Blocks = reader.GetFieldValue<Guid[]>(2),
        };
    }

    /// <summary>What Redis holds of earlier epochs counts for nothing from now on.</summary>
    /// <param name="isOver">Begin a new one; otherwise which one it is.</param>
    public static async Task<long> ReadEpoch(LogDatabase graph, bool isOver, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand(
            isOver ? "select nextval('public.graph_projection_epoch') + 1" : $"select {Epoch}");
        return (long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    /// <summary>A person and everybody in whose projection they stand, by ids beyond the given one, in the order of ids.</summary>
    public static Task<IReadOnlyList<Guid>> Around(LogDatabase graph, UserId person, Guid after, CancellationToken ct = default) => Page(
        graph,
        """
        select id from (
            select $2::uuid as id
            union select to_user from public.edges where from_user = $2
            union select from_user from public.edges where to_user = $2) around
        where id > $1 order by id limit $3
        """,
        after,
        person.Value,
        ct);

    /// <summary>Everybody, by ids beyond the given one, in the order of ids.</summary>
    public static Task<IReadOnlyList<Guid>> Everybody(LogDatabase graph, Guid after, CancellationToken ct = default) =>
        Page(graph, "select id from public.people where id > $1 and $2::uuid is not null order by id limit $3", after, Guid.Empty, ct);

    /// <summary>How many there are, for who shows how far it has come.</summary>
    public static async Task<int> Count(LogDatabase graph, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand("select count(*)::int from public.people");
        return (int)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    private static async Task<IReadOnlyList<Guid>> Page(LogDatabase graph, string sql, Guid after, Guid person, CancellationToken ct)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PeopleMax });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Guid> page = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            page.Add(reader.GetGuid(0));
        }

        return page;
    }

    internal static string[] Followed => [.. GraphDomain.Definition.Subscriptions.Select(followed => followed.Model.ProgressionName)];
}
