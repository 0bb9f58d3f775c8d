using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Encryption;

/// <summary>A log with sealed values, and the keys for it.</summary>
public sealed class DiaryHouse : IAsyncLifetime
{
    private TestKeys? keys;
    private TestDatabase? database;
    private PostgresEventStore? store;

    public TestKeys Keys => keys!;

    public TestDatabase Database => database!;

    public PostgresEventStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        database = await TestPostgres.CreateDatabase("diary", Diary.Types, keys: keys.ForLogs);
        store = new PostgresEventStore(database.Log, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            await database!.DisposeAsync();
            await keys!.DisposeAsync();
        }
    }
}
