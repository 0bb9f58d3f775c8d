namespace Wya.EventStore.Tests;

public sealed class InMemoryStoreTests : StoreContract
{
    protected override IEventStore Store { get; } = new InMemoryEventStore(Ledger.Types, TimeProvider.System);
}
