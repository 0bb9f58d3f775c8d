using Xunit;

namespace Wya.EventStore.Tests;

public sealed class PostgresStoreTests(PostgresFixture fixture) : StoreContract, IClassFixture<PostgresFixture>
{
    protected override IEventStore Store => fixture.Store;
}
