using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Relay;

namespace Wya.Api.Http;

/// <summary>The external logs that domains are published to, where the settings name a server. Only processes that work in the background connect to it.</summary>
internal sealed class ExternalLogs(Settings settings) : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, IExternalLog> logs = settings.Relay is { } relay
        ? relay.Domains.SelectMany(domain => Domains.Of(settings.MessagingPartitions).Where(one => one.Domain == domain))
            .ToDictionary(log => log.Name, IExternalLog (log) => new RabbitLog(relay, log.Domain), StringComparer.Ordinal)
        : new Dictionary<string, IExternalLog>(StringComparer.Ordinal);

    /// <summary>One server holds them all; null when this process publishes nothing.</summary>
    public IExternalLog? Any => settings.Works ? logs.Values.FirstOrDefault() : null;

    /// <summary>What publishes the domain's log; null when it is not relayed.</summary>
    public Consumer? RelayOf(LogDatabase log) => logs.TryGetValue(log.Name, out IExternalLog? to) ? DomainRelay.Of(log, to) : null;

    public async ValueTask DisposeAsync()
    {
        foreach (IExternalLog log in logs.Values)
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }
    }
}
