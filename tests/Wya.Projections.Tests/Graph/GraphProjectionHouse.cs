using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Redis;
using Wya.Projections.Tests.Redis;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>The graph and identity with their stores, a Redis, and what keeps the projections, without any process around them.</summary>
public sealed class GraphProjectionHouse<TSite> : IAsyncLifetime
    where TSite : IRedisSite, new()
{
    private readonly Dictionary<string, TestDatabase> databases = [];
    private readonly Dictionary<string, PostgresEventStore> stores = [];
    private TestKeys? keys;
    private RedisServer? cache;
    private GraphProjections? projections;
    private ProjectionDaemon? daemon;

    public TSite Site { get; } = new();

    public RedisServer Cache => cache!;

    public LogDatabase Graph => databases["graph"].Log;

    public GraphProjections Projections => projections!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip || TestRedis.MaySkip, $"{TestPostgres.Variable} or {TestRedis.Variable} is not set.");
        await Site.InitializeAsync();
        keys = await TestKeys.Create();
        foreach (DomainDefinition domain in new[] { IdentityDomain.Definition, GraphDomain.Definition })
        {
            databases[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs, domain.IsChained);
            stores[domain.Name] = new PostgresEventStore(databases[domain.Name].Log, TimeProvider.System, domain.ReadModels.Where(model => model.Inline));
        }

        cache = new RedisServer("cache", Site.ConnectionString, TimeSpan.FromSeconds(2));
        projections = new GraphProjections(Graph, cache);
        Consumer people = Consumer.Of(
            GraphDomain.Definition.Subscriptions.Single(followed => followed.Model.Name == GraphDomain.People).Model, databases["identity"].Log, Graph);
        daemon = new ProjectionDaemon(
            [people, .. GraphProjectionFollowers.Consumers(projections, Graph, databases["identity"].Log, people, TimeProvider.System)],
            TimeProvider.System,
            new DaemonOptions { BackoffMax = TimeSpan.FromMilliseconds(500) });
        daemon.Start();
        await Eventually.Is(async () => !(await projections.Of(new UserId(Guid.NewGuid()))).IsDegraded, "the cache is reached");
    }

    public async ValueTask DisposeAsync()
    {
        await (daemon?.DisposeAsync() ?? ValueTask.CompletedTask);
        projections?.Dispose();
        await (cache?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach ((string name, PostgresEventStore store) in stores)
        {
            await store.DisposeAsync();
            await databases[name].DisposeAsync();
        }

        await (keys?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Site.DisposeAsync();
    }

    /// <summary>People whom the graph has heard of.</summary>
    public async Task<UserId[]> Register(int count)
    {
        UserId[] people = [.. Enumerable.Range(0, count).Select(_ => new UserId(Guid.CreateVersion7()))];
        foreach (UserId person in people)
        {
            await Identity(person, new UserCreated(
                new Sensitive<string>(person.Value, $"u{person.Value:n}"), new Sensitive<IReadOnlyList<string>>(person.Value, [$"u{person.Value:n}"]), AgeLayer.Adult));
        }

        await Eventually.Is(
            async () => await databases["graph"].Scalar<long>($"select count(*) from people where id in ({string.Join(", ", people.Select(person => $"'{person}'"))})") == count,
            "the graph has heard of them");
        return people;
    }

    public Task Identity(UserId person, UserEvent fact) => Record("identity", person.Value, "user", fact);

    /// <summary>Each pair has a stream; here it is a new one for each event, which nothing looks at.</summary>
    public Task Edge(EdgeEvent fact) => Record("graph", Guid.CreateVersion7(), "edge", fact);

    /// <summary>What lies in Redis, as it lies there.</summary>
    public async Task<string?> Kept(UserId person) => await Cache.Ask(database => database.StringGetAsync(GraphProjection.Key(person)));

    public Task UntilKept(UserId person, Func<GraphProjection?, bool> condition, string what) => Eventually.Is(
        async () =>
        {
            try
            {
                return condition(await Kept(person) is { } json ? GraphProjection.FromJson(json) : null);
            }
            catch (RedisAwayException)
            {
                return false;
            }
        },
        what);

    private async Task Record(string domain, Guid stream, string type, object fact)
    {
        AppendOutcome outcome = await stores[domain].Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, type, ExpectedVersion.Any, [fact])));
        _ = outcome is AppendOutcome.Appended ? true : throw new InvalidOperationException($"It was not recorded: {outcome.GetType().Name}.");
    }
}
