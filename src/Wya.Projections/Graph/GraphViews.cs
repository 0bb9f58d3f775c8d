using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>A person's graph as it is shown, by ids in the order of ids.</summary>
/// <param name="Blocks">Whom they have blocked.</param>
public sealed record GraphView(IReadOnlyList<Guid> Friends, IReadOnlyList<Guid> Followers, IReadOnlyList<Guid> Blocks);

/// <summary>
/// Reads a person's graph from the committed edges: what is projected elsewhere is filled from here, and who finds no
/// projection falls back to here. Edges that sleep, because their two people are of different layers now, and those to
/// people who are not there any more, are left out of everything that is shown.
/// </summary>
public static class GraphViews
{
    private static readonly string Sql =
        $"select array({Shown("to_user", "from_user", EdgesTable.Friend)} order by 1), "
        + $"array({Shown("from_user", "to_user", EdgesTable.Follow)} order by 1), "
        + $"array({Shown("to_user", "from_user", EdgesTable.Block)} order by 1)";

    private const string ApartSql =
        """
        select e.to_user from public.edges e where e.from_user = $1 and e.type = 'block'
        union select e.from_user from public.edges e where e.to_user = $1 and e.type = 'block'
        """;

    /// <summary>In one statement, so that its parts fit each other.</summary>
    public static async Task<GraphView> Of(LogDatabase graph, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = For(graph, Sql, user);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new GraphView(reader.GetFieldValue<Guid[]>(0), reader.GetFieldValue<Guid[]>(1), reader.GetFieldValue<Guid[]>(2));
    }

    /// <summary>For deciding, not for showing: whom they have blocked, and who has blocked them, whatever else they are.</summary>
    public static async Task<IReadOnlySet<Guid>> ApartFrom(LogDatabase graph, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = For(graph, ApartSql, user);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        HashSet<Guid> apart = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            apart.Add(reader.GetGuid(0));
        }

        return apart;
    }

    /// <summary>Whether the two exist for each other at this moment, as the graph knows: there, of one layer, and no block.</summary>
    public static async Task<bool> Meet(LogDatabase graph, UserId one, UserId other, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = For(
            graph,
            $"""
            select exists (
                select from public.people s join public.people o on o.id = $2 and {PeopleTable.IsReachable("s", "o")}
                where s.id = $1 and not {AreApart("$1", "$2")})
            """,
            one);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = other.Value });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    /// <summary>A condition: one of the two has blocked the other.</summary>
    internal static string AreApart(string one, string other) =>
        $"exists (select from public.edges b where b.type = 'block' and (b.from_user, b.to_user) in (({one}, {other}), ({other}, {one})))";

    /// <summary>Whom a person is shown at the other end of their edges of one type.</summary>
    /// <param name="self">An SQL expression for the person.</param>
    internal static string Shown(string other, string own, string type, string self = "$1") =>
        $"""
        select e.{other} from public.edges e
        join public.people s on s.id = {self}
        join public.people o on o.id = e.{other} and {PeopleTable.IsReachable("s", "o")}
        where e.{own} = {self} and e.type = '{type}'
        """;

    private static NpgsqlCommand For(LogDatabase graph, string sql, UserId user)
    {
        NpgsqlCommand command = graph.DataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        return command;
    }
}
