using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Runs the consumers of a process. Several processes may run the same ones: one leads each, the others stand by.
/// </summary>
public sealed class ProjectionDaemon : IAsyncDisposable
{
    private readonly TimeProvider clock;
    private readonly DaemonOptions options;
    private readonly List<ConsumerRunner> runners = [];
    private readonly List<DatabaseSession> sessions = [];
    private readonly PassedPositions[] passed;
    private readonly List<Candidate> everyCandidate = [];
    private readonly CancellationTokenSource stopRunners = new();
    private readonly CancellationTokenSource stopSessions = new();
    private readonly ILogger logger;
    private readonly Lock stopGate = new();
    private Task? running;
    private Task? connected;
    private Task? stopping;

    /// <param name="consumers">Each with a name of its own.</param>
    /// <param name="processName">Recorded as the leader, for people to read; by default the machine and the process id.</param>
    public ProjectionDaemon(
        IReadOnlyList<Consumer> consumers, TimeProvider clock, DaemonOptions? options = null, ILogger? logger = null, string? processName = null)
    {
        this.clock = clock;
        this.options = options ?? new DaemonOptions();
        this.logger = logger ?? NullLogger.Instance;
        string leader = processName ?? $"{Environment.MachineName}:{Environment.ProcessId}";
        if (consumers.Select(consumer => consumer.Name).Distinct(StringComparer.Ordinal).Count() < consumers.Count)
        {
            throw new ArgumentException("Two consumers have the same name.", nameof(consumers));
        }

        Dictionary<LogDatabase, List<Candidate>> databases = [];
        Dictionary<LogDatabase, PassedPositions> positions = [];
        foreach (Consumer consumer in consumers)
        {
            var candidate = new Candidate(consumer.Name);
            databases.TryAdd(consumer.Source, []);
            databases.TryAdd(consumer.Target, []);
            databases[consumer.Target].Add(candidate);
            everyCandidate.Add(candidate);
            positions.TryAdd(consumer.Target, new PassedPositions(consumer.Target));
            runners.Add(new ConsumerRunner(consumer, candidate, positions[consumer.Target], this.options, clock, leader, this.logger));
        }

        passed = [.. positions.Values];
        foreach ((LogDatabase database, List<Candidate> candidates) in databases)
        {
            sessions.Add(new DatabaseSession(database, candidates, this.options, this.logger));
        }
    }

    /// <summary>Begins, and returns at once; a database that is away is waited for.</summary>
    public void Start()
    {
        if (running is not null)
        {
            throw new InvalidOperationException("The daemon has been started before.");
        }

        foreach (ConsumerRunner runner in runners)
        {
            DaemonTelemetry.Started(runner.Gauges, clock);
        }

        connected = Task.WhenAll(
            [.. sessions.Select(session => Task.Run(() => session.Run(stopSessions.Token))), .. passed.Select(each => Task.Run(() => each.Run(stopSessions.Token)))]);
        running = Task.WhenAll(runners.Select(runner => Task.Run(() => runner.Run(stopRunners.Token))));
    }

    /// <summary>
    /// Breaks off the pages under way (they count or they do not), then lets another process take over. A host stops it and
    /// disposes of it, and may do both at once: all wait for the same end.
    /// </summary>
    public Task Stop()
    {
        lock (stopGate)
        {
            return running is null || connected is null ? Task.CompletedTask : stopping ??= StopOnce(running, connected);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop().ConfigureAwait(false);
        everyCandidate.ForEach(candidate => candidate.Dispose());
        stopRunners.Dispose();
        stopSessions.Dispose();
    }

    private async Task StopOnce(Task runs, Task connections)
    {
        await stopRunners.CancelAsync().ConfigureAwait(false);
        if (await Task.WhenAny(runs, Task.Delay(options.StopWait, CancellationToken.None)).ConfigureAwait(false) != runs)
        {
            logger.LogWarning("The daemon stops before its pages under way have ended.");
        }

        await stopSessions.CancelAsync().ConfigureAwait(false);
        await connections.ConfigureAwait(false);
        foreach (ConsumerRunner runner in runners)
        {
            DaemonTelemetry.Stopped(runner.Gauges);
        }
    }
}
