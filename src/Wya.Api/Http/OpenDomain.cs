using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Api.Http;

/// <summary>One domain as this process reaches it: its database, its log, and how fresh its asynchronous read models are.</summary>
internal abstract class OpenDomain : IAsyncDisposable
{
    private readonly Dictionary<string, ReadModelFreshness> freshness;

    protected OpenDomain(DomainDefinition definition, string connectionString, TimeProvider clock)
    {
        Definition = definition;
        Database = new LogDatabase(definition.Name, connectionString, definition.Types);
        Store = new PostgresEventStore(Database, clock, definition.ReadModels.Where(model => model.Inline));
        freshness = definition.ReadModels
            .Where(model => !model.Inline)
            .ToDictionary(model => model.Name, model => new ReadModelFreshness(Database, model, clock), StringComparer.Ordinal);
    }

    public string Name => Definition.Name;

    public DomainDefinition Definition { get; }

    public LogDatabase Database { get; }

    public PostgresEventStore Store { get; }

    public ReadModelFreshness Freshness(string readModel) => freshness[readModel];

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync().ConfigureAwait(false); // writes what is waiting
        await Database.DisposeAsync().ConfigureAwait(false);
    }
}
