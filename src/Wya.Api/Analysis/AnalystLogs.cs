using Npgsql;
using Wya.Api.Http;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Safety;

namespace Wya.Api.Analysis;

/// <summary>A log as analysts reach it.</summary>
internal sealed record AnalystLog(DomainDefinition Definition, LogDatabase Database)
{
    public string Name => Definition.Name;

    public LogBrowser Browser { get; } = new(Database);
}

/// <summary>
/// The logs, for people who look: without keys, so that what is sealed stays sealed whatever an endpoint does with it;
/// read-only; by few connections, so that nobody who waits for an answer elsewhere waits for them; and each question bounded
/// in time. Safety's is not among them: whoever reads what it holds on others does so by moderation's routes, which record it.
/// </summary>
internal sealed class AnalystLogs : IAsyncDisposable
{
    private const int ConnectionsMax = 4;
    private const int QuestionSecondsMax = 10;

    private readonly IReadOnlyDictionary<string, AnalystLog> logs;

    public AnalystLogs(Settings settings) => logs = Domains.Of(settings.MessagingPartitions).Where(domain => domain.Name != SafetyDomain.Definition.Name).ToDictionary(
        domain => domain.Name,
        domain => new AnalystLog(domain, new LogDatabase(domain.Domain, Careful(settings.ConnectionStrings[domain.Name]), domain.Types, name: domain.Name)),
        StringComparer.Ordinal);

    public IEnumerable<AnalystLog> All => logs.Values;

    public (AnalystLog? Log, Problem? Problem) Find(string domain) =>
        logs.TryGetValue(domain, out AnalystLog? log) ? (log, null)
        : domain == SafetyDomain.Definition.Name ? (null, Problems.SafetyLogClosed)
        : (null, Problems.LogUnknown);

    /// <summary>The first log that has a stream of this id.</summary>
    /// <param name="domain">Only this one; null for any.</param>
    public async Task<(AnalystLog? Log, BrowsedStream? Stream, Problem? Problem)> FindStream(Guid id, string? domain, CancellationToken ct)
    {
        if (domain is not null && Find(domain).Problem is { } problem)
        {
            return (null, null, problem);
        }

        foreach (AnalystLog log in All.Where(log => domain is null || log.Name == domain))
        {
            if (await log.Browser.Stream(id, ct).ConfigureAwait(false) is { } stream)
            {
                return (log, stream, null);
            }
        }

        return (null, null, Problems.StreamUnknown);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AnalystLog log in All)
        {
            await log.Database.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Careful(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = ConnectionsMax };
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on -c statement_timeout={QuestionSecondsMax}s".Trim();
        return settings.ConnectionString;
    }
}
