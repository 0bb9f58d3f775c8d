using System.Globalization;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <summary>Something that a person should look at.</summary>
/// <param name="Severity"><c>now</c> or <c>soon</c>.</param>
/// <param name="About">A domain, a projection, a cache; never a person.</param>
/// <param name="What">In plain words.</param>
/// <param name="Do">What helps.</param>
internal sealed record Attention(string Severity, string About, string What, string Do)
{
    /// <summary>A lag of so many seconds is still nothing to look at: a page is being worked through.</summary>
    public const double LagSecondsSoon = 30;

    public const double LagSecondsNow = 300;

    /// <summary>Redis evicts or refuses from its bound on.</summary>
    private const double MemoryShareSoon = 0.9;

    public bool IsNow => Severity == "now";

    /// <summary>The most pressing first.</summary>
    public static IReadOnlyList<Attention> Of(
        ProcessHealth health, SystemSample sample, IEnumerable<RebuildJob> rebuilds, IEnumerable<CacheFigures> caches, ObjectsFigures objects, KeysFigures keys) =>
    [
        .. health.Dependencies.Select(Of)
            .Concat(sample.Consumers.Values.OrderBy(consumer => consumer.Name, StringComparer.Ordinal).SelectMany(Of))
            .Concat(rebuilds.Select(Of))
            .Concat(caches.Select(Of))
            .Append(Of(objects))
            .Append(Of(keys))
            .OfType<Attention>()
            .OrderBy(one => one.IsNow ? 0 : 1),
    ];

    private static Attention? Of(DependencyHealth dependency) => (dependency.Name, dependency.Status) switch
    {
        (_, "up") => null,
        ("audit log", _) => new("now", dependency.Name, "The audit log is not what was signed.", "Run wya audit verify, and keep the database as it is: see “Verify the audit log”."),
        (_, "not_migrated") => new("now", dependency.Name, $"The {dependency.Name} was not migrated for this build.", "Run wya migrate."),
        (_, "fenced") => new(
            "now", dependency.Name, "A server that was the primary before the last promotion takes itself for one still.",
            "Nothing is read from it or written to it. Keep it off the network, look at what it holds by wya doctor, and bring it back as a standby: see “Fail over”."),
        (_, "no_standby") => new(
            "now", dependency.Name, "No standby answers.", "Where commits wait for one, nothing can be recorded. Bring a standby back: see “Fail over”."),
        var (name, _) when name.EndsWith("redis", StringComparison.Ordinal) => new(
            "soon", name, $"The {name} does not answer.", "Nothing is lost: what it holds is read from PostgreSQL, or made anew. Bring its server back."),
        ("external log", _) => new("soon", dependency.Name, "The external log does not answer.", "Nothing is lost: events wait in the logs, and are published when its server is back."),
        _ => new("now", dependency.Name, $"The {dependency.Name} does not answer.", "What needs it is refused until it is back. Look at its server, and run wya doctor."),
    };

    private static IEnumerable<Attention?> Of(ProjectionStatus consumer)
    {
        string name = consumer.Name;
        yield return consumer.State switch
        {
            "standing_still" => new("now", name, $"{name} stands still: {consumer.Error}.", "It goes on by itself when the cause is gone; look into the log of the process that leads it."),
            "never_run" => new("soon", name, $"{name} has never run.", "Does a process with Wya__Role worker or all run, of this build?"),
            "paused" => new("soon", name, $"{name} is paused, {Count(consumer.LagEvents, "event")} behind.", $"wya projections resume {name}, when what it was paused for is done."),
            _ => null,
        };
        yield return consumer.Dead > 0
            ? new("now", name, $"{name} has set {Count(consumer.Dead, "stream")} aside for a person to decide.", "Open its parked streams: try them with the fixed code, then release or discard them.")
            : null;
        yield return consumer.Parked > 0
            ? new("soon", name, $"{name} has set {Count(consumer.Parked, "stream")} aside and tries again by itself.", "Wait a minute; what still fails then becomes a dead letter.")
            : null;
        yield return consumer.State == "running" && consumer.LagSeconds >= LagSecondsSoon
            ? new(
                consumer.LagSeconds >= LagSecondsNow ? "now" : "soon",
                name,
                $"{name} is {Count((long)consumer.LagSeconds, "second")} and {Count(consumer.LagEvents, "event")} behind.",
                "Does a worker run, and does its position move? If it moves, it catches up.")
            : null;
    }

    private static Attention? Of(RebuildJob rebuild) => rebuild switch
    {
        { IsHeld: true } => new("now", rebuild.Projection, $"A rebuild of {rebuild.Projection} waits for you: {Count(rebuild.RowsDiffering ?? 0, "row")} would change.", "Open it under Rebuilds: look at the rows, then approve the difference or give it up."),
        { State: RebuildState.Paused } => new("soon", rebuild.Projection, $"A rebuild of {rebuild.Projection} is paused.", "Resume it, or give it up."),
        _ => null,
    };

    private static Attention? Of(CacheFigures cache) => cache is { MemoryBytesMax: > 0 } && cache.MemoryBytes >= MemoryShareSoon * cache.MemoryBytesMax
        ? new("soon", $"{cache.Name} redis", $"The {cache.Name} Redis is nearly full.", "Give it more memory: from its bound on it refuses or drops.")
        : null; // that it is away, health says

    private static Attention? Of(ObjectsFigures objects) => objects.Status == "up"
        ? null
        : new("now", "objects", "The store of rooms' objects does not answer.", "Rooms are shown from what is cached, and none is published. Run wya doctor.");

    private static Attention? Of(KeysFigures keys) => keys.Older > 0
        ? new("soon", "keys", $"{Count(keys.Older.Value, "key")} of people are still wrapped under an older master key.", "Finish the rotation: wya keys rotate.")
        : null;

    private static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:n0} {noun}{(count == 1 ? "" : "s")}");
}
