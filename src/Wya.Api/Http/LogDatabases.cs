using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Api.Http;

/// <summary>Each domain's database, once, and where it has several each of them: a domain opens its own, and follows the logs of the others.</summary>
internal sealed class LogDatabases(Settings settings, LogKeys keys, IEnumerable<AddedReadModel> added, ExternalLogs externalLogs) : IAsyncDisposable
{
    private readonly IReadOnlyList<DomainDefinition> definitions = Domains.Of(settings.MessagingPartitions);

    private readonly IReadOnlyDictionary<string, LogDatabase> databases = Domains.Of(settings.MessagingPartitions).ToDictionary(
        domain => domain.Name,
        domain => new LogDatabase(domain.Domain, settings.ConnectionStrings[domain.Name], domain.Types, keys: keys, name: domain.Name),
        StringComparer.Ordinal);

    /// <summary>How long a request waits for one of them to have followed another.</summary>
    public TimeSpan PositionWait => settings.PositionWait;

    public LogDatabase this[string log] => databases[log];

    /// <summary>All logs of a domain, in their order.</summary>
    public IReadOnlyList<LogDatabase> Of(string domain) => [.. definitions.Where(one => one.Domain == domain).Select(one => databases[one.Name])];

    /// <summary>What publishes the domain's log to an external one; null when nothing does.</summary>
    public Consumer? RelayOf(string domain) => externalLogs.RelayOf(databases[domain]);

    /// <summary>A domain as this deployment has it, with what is kept beside its own read models.</summary>
    public DomainDefinition Definition(string name)
    {
        DomainDefinition domain = definitions.Single(one => one.Name == name);
        return domain with { ReadModels = [.. domain.ReadModels, .. added.Where(one => one.Domain == domain.Domain).Select(one => one.Model)] };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LogDatabase database in databases.Values)
        {
            await database.DisposeAsync().ConfigureAwait(false);
        }
    }
}

/// <summary>A read model of a deployment's own, made of a domain's log and kept in its database. Its tables must be there.</summary>
internal sealed record AddedReadModel(string Domain, ReadModel Model);
