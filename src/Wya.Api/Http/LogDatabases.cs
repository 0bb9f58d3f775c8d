using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Api.Http;

/// <summary>Each domain's database, once: a domain opens its own, and follows the logs of the others.</summary>
internal sealed class LogDatabases(Settings settings, LogKeys keys) : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, LogDatabase> databases = Domains.All.ToDictionary(
        domain => domain.Name,
        domain => new LogDatabase(domain.Name, settings.ConnectionStrings[domain.Name], domain.Types, keys: keys),
        StringComparer.Ordinal);

    /// <summary>How long a request waits for one of them to have followed another.</summary>
    public TimeSpan PositionWait => settings.PositionWait;

    public LogDatabase this[string domain] => databases[domain];

    public async ValueTask DisposeAsync()
    {
        foreach (LogDatabase database in databases.Values)
        {
            await database.DisposeAsync().ConfigureAwait(false);
        }
    }
}
