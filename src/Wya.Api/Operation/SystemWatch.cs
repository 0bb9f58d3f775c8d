using Npgsql;
using Wya.Api.Http;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <summary>
/// Looks at the logs and at all that follows them every few seconds, and keeps the looks of the last minutes in memory: for
/// the overview, whose charts would otherwise begin only when somebody opens it. A ring of fixed size; a database that is
/// away is missing in a look, and nothing else is.
/// </summary>
internal sealed class SystemWatch(IEnumerable<OpenDomain> domains, TimeProvider clock) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>A quarter of an hour.</summary>
    public const int SamplesMax = 90;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly OpenDomain[] all = [.. domains];
    private readonly Queue<SystemSample> samples = new(SamplesMax);
    private readonly Lock gate = new();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<SystemSample> Samples
    {
        get
        {
            lock (gate)
            {
                return [.. samples];
            }
        }
    }

    /// <summary>As it is now; it is not kept.</summary>
    public async Task<SystemSample> Look(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AnswerWithin);
        LogFigures?[] logs = await Task.WhenAll(all.Select(domain => Try(() => Figures(domain.Database, limit.Token), ct))).ConfigureAwait(false);
        var consumers = new Dictionary<string, ProjectionStatus>(StringComparer.Ordinal);
        foreach (IGrouping<(LogDatabase, LogDatabase), Consumer> one in all.SelectMany(domain => domain.Everything).GroupBy(each => (each.Target, each.Source)))
        {
            // By the two databases that they need, so that one that is away hides no others.
            foreach (ProjectionStatus status in await Try(() => new EventStore.Postgres.Projections([.. one], clock).List(limit.Token), ct).ConfigureAwait(false) ?? [])
            {
                consumers[status.Name] = status;
            }
        }

        return new SystemSample(clock.GetUtcNow(), logs.OfType<LogFigures>().ToDictionary(log => log.Domain, StringComparer.Ordinal), consumers);
    }

    public async Task Keep(CancellationToken ct)
    {
        SystemSample sample = await Look(ct).ConfigureAwait(false);
        lock (gate)
        {
            if (samples.Count == SamplesMax)
            {
                samples.Dequeue();
            }

            samples.Enqueue(sample);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            await Keep(stoppingToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private static async Task<T?> Try<T>(Func<Task<T>> ask, CancellationToken ct)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception away) when (!ct.IsCancellationRequested && away is NpgsqlException or TimeoutException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static async Task<LogFigures> Figures(LogDatabase database, CancellationToken ct)
    {
        string log = database.LogSchema;
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            $"""
            select position, pg_total_relation_size('{log}.mt_events') + pg_total_relation_size('{log}.mt_streams'), pg_database_size(current_database())
            from {log}.wya_log_head
            """);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new LogFigures(database.Name, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
