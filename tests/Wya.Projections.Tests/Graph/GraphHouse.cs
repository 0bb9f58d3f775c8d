using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>The graph's database and store, without any process around it.</summary>
public sealed class GraphHouse : IAsyncLifetime
{
    private TestDatabase? database;
    private PostgresEventStore? store;

    public static DomainDefinition Definition => GraphDomain.Definition;

    public TestDatabase Database => database!;

    public LogDatabase Log => database!.Log;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        database = await TestPostgres.CreateDatabase(Definition.Name, Definition.Types, [.. Definition.Kept], Definition.PrepareSql);
        store = new PostgresEventStore(database.Log, TimeProvider.System, Definition.ReadModels.Where(model => model.Inline));
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            await database!.DisposeAsync();
        }
    }

    /// <summary>As identity would have announced them.</summary>
    public async Task<UserId> Somebody(string layer = "minor")
    {
        var id = new UserId(Guid.CreateVersion7());
        await Database.Execute($"insert into public.people values ('{id}', '{layer}', 'active')");
        return id;
    }

    public Task Becomes(UserId user, string what) => Database.Execute($"update public.people set {what} where id = '{user}'");

    /// <summary>Looks both up, and decides on their stream.</summary>
    public async Task<Transacted<Edge>> Do(UserId self, UserId other, Func<Edge, Pair, Decision<EdgeEvent>> decide)
    {
        Pair pair = (await Pairs.Read(Log, self, other)).Pair!;
        string[] both = [.. new[] { self.ToString(), other.ToString() }.Order(StringComparer.Ordinal)];
        return await store!.Transact(
            Edge.Stream, Log.KeyedId($"edge:{both[0]}:{both[1]}"), edge => decide(edge, pair), CommandMetadata.System(Guid.CreateVersion7()));
    }
}
