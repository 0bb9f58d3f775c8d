using System.Diagnostics;
using StackExchange.Redis;
using Wya.Domain.Identity.Events;
using Wya.Projections.Graph;

namespace Wya.Bench.Graph;

/// <summary>(a) Reading projections, and (b) making all of them anew, each beside what Redis alone does with as many bytes.</summary>
internal static class GraphProjectionBench
{
    private const int People = 100_000;
    private const int Several = 50;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        int people = options.Quick ? People / 10 : People;
        await using BenchGraph graph = await BenchGraph.Create(people);
        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync(graph.Server.ConnectionString);
        IDatabase database = raw.GetDatabase();
        if (options.Includes("b"))
        {
            yield return await Rebuild(graph, database, people);
        }

        if (!options.Includes("a"))
        {
            yield break;
        }

        await Refresh(graph); // the others may have ended meanwhile
        foreach (int callers in (int[])[1, 32])
        {
            Measured measured = await Rounds.Compare(
                options,
                length => Rounds.Callers(callers, length, async _ =>
                    await graph.Projections.Of(Anybody(graph)) is { IsDegraded: false, Projection.Friends.Count: 20 } ? 1 : throw Wrong()),
                length => Rounds.Callers(callers, length, async _ =>
                    (await database.StringGetAsync(GraphProjection.Key(Anybody(graph)))).IsNull ? throw Wrong() : 1));
            yield return BenchRow.Against(
                $"(a) read a projection, {callers} caller{(callers == 1 ? "" : "s")} (reference: GET of the same key)", "projections/s", measured, null);
        }

        Measured several = await Rounds.Compare(
            options,
            length => Rounds.Callers(1, length, async _ =>
                (await graph.Projections.Of([.. Enumerable.Range(0, Several).Select(_ => Anybody(graph))])) is { IsDegraded: false, People.Count: var count } ? count : throw Wrong()),
            length => Rounds.Callers(1, length, async _ =>
                (await Task.WhenAll(Enumerable.Range(0, Several).Select(_ => database.StringGetAsync(GraphProjection.Key(Anybody(graph)))))).Length));
        yield return BenchRow.Against($"(a) read {Several} at once, 1 caller (reference: {Several} GETs, pipelined)", "projections/s", several, null);

        Measured rows = await Rounds.Compare(
            options,
            length => Rounds.Callers(1, length, async _ => (await graph.Projections.FromRows(Anybody(graph), isDegraded: true)).Projection is null ? throw Wrong() : 1),
            length => Rounds.Callers(1, length, async _ => (await database.StringGetAsync(GraphProjection.Key(Anybody(graph)))).IsNull ? throw Wrong() : 1));
        yield return BenchRow.Against("(a) the same from the rows, as while Redis is away (reference: GET)", "projections/s", rows, null);
    }

    /// <summary>One pass over everybody, after one that warmed up.</summary>
    private static async Task<BenchRow> Rebuild(BenchGraph graph, IDatabase database, int people)
    {
        await Refresh(graph);
        string value = (await graph.Projections.Of(Anybody(graph))).Projection!.ToJson();
        graph.Server.FlushAll();
        long start = Stopwatch.GetTimestamp();
        RefreshedProjections done = await Refresh(graph);
        double ours = people / Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (done.Written != people)
        {
            throw Wrong();
        }

        graph.Server.FlushAll();
        start = Stopwatch.GetTimestamp();
        foreach (Guid[] page in graph.People.Chunk(GraphProjectionRows.PeopleMax))
        {
            await Task.WhenAll(page.Select(id => database.StringSetAsync(GraphProjection.Key(new UserId(id)), value, GraphProjection.Life)));
        }

        double reference = people / Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new BenchRow(
            $"(b) rebuild of {people:#,0} projections of 20 friends (reference: SET of as many bytes, pipelined)", "projections/s", ours, reference, ours / reference);
    }

    private static async Task<RefreshedProjections> Refresh(BenchGraph graph)
    {
        var done = new RefreshedProjections(0, 0, 0);
        foreach (Guid[] page in graph.People.Chunk(GraphProjectionRows.PeopleMax))
        {
            done += await graph.Projections.Refresh(page);
        }

        return done;
    }

    private static UserId Anybody(BenchGraph graph) => new(graph.People[Random.Shared.Next(graph.People.Length)]);

    private static InvalidOperationException Wrong() => new("A projection is not what was put there.");
}
