using Shouldly;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Messaging;
using Wya.Projections.Safety;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>The domains that trust has to do with, each with its log, and all that follows them for it.</summary>
public sealed class TrustHouse : IAsyncLifetime
{
    private readonly Dictionary<string, TestDatabase> databases = [];
    private readonly Dictionary<string, PostgresEventStore> stores = [];
    private readonly List<Consumer> consumers = [];
    private TestKeys? keys;
    private ProjectionDaemon? daemon;

    public TestKeys Keys => keys!;

    public LogDatabase Graph => databases["graph"].Log;

    public PostgresEventStore GraphStore => stores["graph"];

    public IReadOnlyList<Consumer> Consumers => consumers;

    public IEnumerable<Consumer> Followers => consumers.Where(consumer => consumer.Model is null);

    public HeldBy Held => new(Graph, GraphStore, GraphDomain.Definition.ReadModels, consumers, TimeProvider.System);

    public TestDatabase Database(string domain) => databases[domain];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        foreach (DomainDefinition domain in new[] { IdentityDomain.Definition, GraphDomain.Definition, MessagingDomain.Definition, SafetyDomain.Definition })
        {
            databases[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs, domain.IsChained);
            stores[domain.Name] = new PostgresEventStore(databases[domain.Name].Log, TimeProvider.System, domain.ReadModels.Where(model => model.Inline));
        }

        consumers.AddRange(TrustFollower.All.Select(follower =>
            Consumer.Of(follower.Name, databases[follower.Source].Log, Graph, follower.Handle(GraphStore, Graph), follower.Opens)));
        consumers.AddRange(IdentityDomain.Definition.Subscriptions.Where(one => one.Model.Name == IdentityDomain.Trust)
            .Select(one => Consumer.Of(one.Model, Graph, databases["identity"].Log)));
        Follow();
    }

    public async ValueTask DisposeAsync()
    {
        await (daemon?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach ((string name, PostgresEventStore store) in stores)
        {
            await store.DisposeAsync();
            await databases[name].DisposeAsync();
        }

        await (keys?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>As if nothing had been followed yet.</summary>
    public async Task FollowAnew()
    {
        await daemon!.DisposeAsync();
        await databases["graph"].Execute("delete from log.mt_event_progression where name like 'TrustOf%'");
        Follow();
        foreach (Consumer follower in Followers)
        {
            await Eventually.Is(async () => await Positions.Of(follower) >= await Positions.Head(follower), $"{follower.Name} is there again");
        }
    }

    /// <summary>Recorded, and followed.</summary>
    public async Task Record(string domain, Guid stream, string streamType, IReadOnlyList<object> facts)
    {
        AppendOutcome outcome = await stores[domain].Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, streamType, ExpectedVersion.Any, facts)));
        long position = outcome.ShouldBeOfType<AppendOutcome.Appended>().Position;
        Consumer follower = Followers.Single(consumer => consumer.Source == databases[domain].Log);
        await Eventually.Is(async () => await Positions.Of(follower) >= position, $"{follower.Name} has come to {position}");
        (await DeadLetters.IsParked(follower, stream)).ShouldBeFalse();
    }

    private void Follow()
    {
        daemon = new ProjectionDaemon(consumers, TimeProvider.System);
        daemon.Start();
    }
}
