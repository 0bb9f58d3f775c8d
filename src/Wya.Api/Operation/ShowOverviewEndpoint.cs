using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ShowOverviewEndpoint
{
    /// <param name="At">When it was looked at.</param>
    /// <param name="Status">ready, degraded or not_ready, as /health says of this process.</param>
    /// <param name="Attention">What a person should look at, the most pressing first.</param>
    /// <param name="SampleSeconds">How far apart the figures of <c>rates</c> and <c>lags</c> are.</param>
    internal sealed record Overview(
        DateTimeOffset At,
        string Status,
        IReadOnlyList<Attention> Attention,
        IReadOnlyList<Log> Logs,
        IReadOnlyList<Follower> Consumers,
        IReadOnlyList<CacheFigures> Caches,
        ObjectsFigures Objects,
        KeysFigures Keys,
        IReadOnlyList<DependencyHealth> Health,
        double SampleSeconds);

    /// <param name="Status">up, or away: then all but the domain is left out.</param>
    /// <param name="Head">The position of the last event.</param>
    /// <param name="EventsPerSecond">Over the last minute.</param>
    /// <param name="Bytes">Of the log alone.</param>
    /// <param name="DatabaseBytes">With the read models.</param>
    /// <param name="Rates">Events a second, of the last minutes, oldest first.</param>
    internal sealed record Log(
        string Domain, string Status, long? Head, double? EventsPerSecond, long? Bytes, long? DatabaseBytes, IReadOnlyList<double> Rates);

    /// <param name="State">running, paused, standing_still, never_run, or away where a database that it needs does not answer.</param>
    /// <param name="LagSeconds">Age of the oldest event after its position.</param>
    /// <param name="EventsPerSecond">How fast its position moved in the last minute.</param>
    /// <param name="Leader">The process that led last.</param>
    /// <param name="Parked">Streams set aside that are tried again by themselves.</param>
    /// <param name="Dead">Streams set aside for a person.</param>
    /// <param name="Lags">Seconds of lag, of the last minutes, oldest first.</param>
    internal sealed record Follower(
        string Name,
        string Domain,
        string Source,
        string State,
        long? Position,
        long? LagEvents,
        double? LagSeconds,
        double? EventsPerSecond,
        string? Leader,
        long? Parked,
        long? Dead,
        string? Error,
        DateTimeOffset? MovedAt,
        IReadOnlyList<double> Lags);

    /// <summary>The newest of a domain: of those under way there is one a read model.</summary>
    private const int RebuildsMax = 20;

    private static readonly TimeSpan RateOver = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/overview", Answer)
        .RequireCapability(Capability.Operate)
        .Describe(
            "ShowOverview",
            "Show how the system runs",
            "What needs attention, in plain words; each domain's log; everything that follows a log; caches, objects, keys and health. "
            + "The figures of the last minutes are those that the answering process has seen since its start.")
        .Produces<Overview>()
        .ForExample(answer: Example);

    private static Overview Example => new(
        ExamplePeople.Then,
        "ready",
        [new Attention("soon", "GraphUsers", "GraphUsers is paused, 12 events behind.", "wya projections resume GraphUsers, when what it was paused for is done.")],
        [new Log("graph", "up", 1_204, 3.5, 1_048_576, 9_437_184, [0, 2.5, 3.5])],
        [new Follower("GraphUsers", "graph", "identity", "paused", 988, 12, 4.2, 0, "node-1", 0, 0, null, ExamplePeople.Then, [0, 0.1, 4.2])],
        [new CacheFigures("cache", "up", 2_097_152, 0, 310)],
        new ObjectsFigures("s3", "up"),
        new KeysFigures("up", 2, 1_000, 0, 3),
        [new DependencyHealth("graph database", "up", 0.8)],
        SystemWatch.Every.TotalSeconds);

    private static async Task<IResult> Answer(
        SystemWatch watch, SystemParts parts, Health health, OperatorDesk desk, IEnumerable<OpenDomain> domains, CancellationToken ct)
    {
        Task<CacheFigures[]> caches = parts.Caches(ct);
        Task<ObjectsFigures> objects = parts.Objects(ct);
        Task<KeysFigures> keys = parts.Keys(ct);
        Task<ProcessHealth> healthy = health.Look(ct);
        SystemSample now = await watch.Look(ct).ConfigureAwait(false);
        SystemSample[] samples = [.. watch.Samples, now];
        OpenDomain[] all = [.. domains];
        ProcessHealth found = await healthy.ConfigureAwait(false);
        return TypedResults.Ok(new Overview(
            now.At,
            found.Status,
            Attention.Of(found, now, await Rebuilds(desk, now, ct).ConfigureAwait(false), await caches.ConfigureAwait(false), await objects.ConfigureAwait(false), await keys.ConfigureAwait(false)),
            [.. all.Select(domain => Of(domain, now, samples))],
            [.. all.SelectMany(domain => domain.Everything).Select(consumer => Of(consumer, now, samples))],
            await caches.ConfigureAwait(false),
            await objects.ConfigureAwait(false),
            await keys.ConfigureAwait(false),
            found.Dependencies,
            SystemWatch.Every.TotalSeconds));
    }

    /// <summary>Those that have not ended, of the domains that answer.</summary>
    private static async Task<IReadOnlyList<RebuildJob>> Rebuilds(OperatorDesk desk, SystemSample now, CancellationToken ct)
    {
        List<RebuildJob> found = [];
        foreach (OpenDomain domain in desk.Domains.Where(domain => now.Logs.ContainsKey(domain.Name)))
        {
            found.AddRange((await desk.RebuildsOf(domain).List(RebuildsMax, ct).ConfigureAwait(false)).Where(job => job.IsActive));
        }

        return found;
    }

    private static Log Of(OpenDomain domain, SystemSample now, SystemSample[] samples)
    {
        (DateTimeOffset At, long Position)[] heads = [.. samples.Where(sample => sample.Logs.ContainsKey(domain.Name)).Select(sample => (sample.At, sample.Logs[domain.Name].Head))];
        return now.Logs.TryGetValue(domain.Name, out LogFigures? log)
            ? new Log(domain.Name, "up", log.Head, Rate(heads), log.Bytes, log.DatabaseBytes, Rates(heads))
            : new Log(domain.Name, "away", null, null, null, null, Rates(heads));
    }

    private static Follower Of(Consumer consumer, SystemSample now, SystemSample[] samples)
    {
        ProjectionStatus[] seen = [.. samples.Where(sample => sample.Consumers.ContainsKey(consumer.Name)).Select(sample => sample.Consumers[consumer.Name])];
        double[] lags = [.. seen.Select(status => Round(status.LagSeconds))];
        if (!now.Consumers.TryGetValue(consumer.Name, out ProjectionStatus? status))
        {
            return new Follower(consumer.Name, consumer.Target.Name, consumer.Source.Name, "away", null, null, null, null, null, null, null, null, null, lags);
        }

        (DateTimeOffset, long)[] positions = [.. samples.Where(sample => sample.Consumers.ContainsKey(consumer.Name)).Select(sample => (sample.At, sample.Consumers[consumer.Name].Position))];
        return new Follower(
            status.Name, status.Domain, status.Source, status.State, status.Position, status.LagEvents, Round(status.LagSeconds), Rate(positions),
            status.Leader, status.Parked, status.Dead, status.Error, status.UpdatedAt, lags);
    }

    /// <summary>Over the last minute, or as much of it as there is; null before there are two looks.</summary>
    private static double? Rate((DateTimeOffset At, long Position)[] seen)
    {
        (DateTimeOffset At, long Position)[] last = [.. seen.Where(one => one.At >= seen[^1].At - RateOver)];
        double seconds = last.Length > 1 ? (last[^1].At - last[0].At).TotalSeconds : 0;
        return seconds > 0 ? Round((last[^1].Position - last[0].Position) / seconds) : null;
    }

    private static double[] Rates((DateTimeOffset At, long Position)[] seen) =>
    [
        .. seen.Zip(seen.Skip(1), (before, after) => (Seconds: (after.At - before.At).TotalSeconds, Events: after.Position - before.Position))
            .Where(step => step.Seconds > 0)
            .Select(step => Round(Math.Max(0, step.Events / step.Seconds))),
    ];

    private static double Round(double value) => Math.Round(value, 2);
}
