using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>One migrated database and one store for the tests of a class.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private TestDatabase? database;
    private PostgresEventStore? store;

    public TestDatabase Database => database!;

    public PostgresEventStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        database = await TestPostgres.CreateDatabase("ledger", Ledger.Types);
        store = new PostgresEventStore(database.Log, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            await database!.DisposeAsync();
        }
    }
}
