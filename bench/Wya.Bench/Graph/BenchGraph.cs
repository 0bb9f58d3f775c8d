using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Redis;
using Wya.Testing;
using Wya.Testing.Redis;

namespace Wya.Bench.Graph;

/// <summary>So many people with twenty friends each in the graph's database, and a Redis for their projections.</summary>
internal sealed class BenchGraph : IAsyncDisposable
{
    private const int FriendsEachSide = 10;

    private readonly TestDatabase database;

    private BenchGraph(TestDatabase database, RedisInstance server, Guid[] people)
    {
        this.database = database;
        Server = server;
        People = people;
        Cache = new RedisServer("cache", server.ConnectionString);
        Projections = new GraphProjections(database.Log, Cache);
    }

    public RedisInstance Server { get; }

    public RedisServer Cache { get; }

    public GraphProjections Projections { get; }

    /// <summary>In the order of ids.</summary>
    public Guid[] People { get; }

    public LogDatabase Log => database.Log;

    public static async Task<BenchGraph> Create(int people)
    {
        TestDatabase database = await TestPostgres.CreateDatabase(
            GraphDomain.Definition.Name, GraphDomain.Definition.Types, [.. GraphDomain.Definition.Kept], GraphDomain.Definition.PrepareSql);
        await database.Execute(
            $"""
            create table numbered as select n, md5(n::text)::uuid as id from generate_series(0, {people - 1}) n;
            create unique index on numbered (n);
            analyze numbered;
            insert into people (id, age_layer, status) select id, 'adult', 'active' from numbered;
            insert into users select id from numbered;
            """);
        foreach (int step in Enumerable.Range(-FriendsEachSide, (2 * FriendsEachSide) + 1).Where(step => step != 0))
        {
            await database.Execute(
                $"""
                insert into edges (from_user, to_user, type, created_at)
                select one.id, other.id, 'friend', now() from numbered one join numbered other on other.n = (one.n + {step} + {people}) % {people}
                """);
        }

        await database.Execute("vacuum (analyze)");
        List<Guid> ids = new(people);
        Guid after = Guid.Empty;
        while (await GraphProjectionRows.Everybody(database.Log, after) is { Count: > 0 } page)
        {
            ids.AddRange(page);
            after = page[^1];
        }

        var graph = new BenchGraph(database, await RedisInstance.Start("cache"), [.. ids]);
        await Eventually.Is(async () => !(await graph.Projections.Of(new UserId(ids[0]))).IsDegraded, "the cache is reached");
        return graph;
    }

    public async ValueTask DisposeAsync()
    {
        Projections.Dispose();
        await Cache.DisposeAsync();
        await Server.DisposeAsync();
        await database.DisposeAsync();
    }
}
