using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Wya.EventStore.Postgres;

/// <summary>The daemon's metrics. Labels name projections and kinds of outcomes, never a stream.</summary>
internal static class DaemonTelemetry
{
    private static readonly Meter Meter = new(LogTelemetry.Name);
    private static readonly Counter<long> Pages =
        Meter.CreateCounter<long>("wya.projection.pages", "{page}", "Pages worked through.");
    private static readonly Counter<long> Events =
        Meter.CreateCounter<long>("wya.projection.events", "{event}", "Events passed by the position.");
    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("wya.projection.failures", "{event}", "Events that failed and parked their stream.");
    private static readonly Counter<long> Freed =
        Meter.CreateCounter<long>("wya.projection.freed", "{stream}", "Parked streams that resumed.");
    private static readonly Counter<long> Dead =
        Meter.CreateCounter<long>("wya.projection.dead_letters", "{stream}", "Parked streams that are retried no more.");
    private static readonly Counter<long> Faults =
        Meter.CreateCounter<long>("wya.projection.faults", "{fault}", "Interruptions of a whole projection, by kind.");
    private static readonly Histogram<double> PageTime =
        Meter.CreateHistogram<double>("wya.projection.page.duration", "s", "From a page in memory to its commit.");
    private static readonly ConcurrentDictionary<ConsumerGauges, TimeProvider> Running = new();

    static DaemonTelemetry()
    {
        Observe("wya.projection.lag.events", "{event}", "Events after the position.", (gauges, _) => gauges.LagEvents);
        Observe(
            "wya.projection.lag.seconds", "s", "Age of the oldest event after the position.", (gauges, clock) => gauges.LagSeconds(clock.GetUtcNow()));
        Observe("wya.projection.parked", "{stream}", "Streams set aside, dead letters included.", (gauges, _) => gauges.Parked);
        Observe("wya.projection.stands_still", "{projection}", "1 while it needs a person.", (gauges, _) => gauges.StandsStill ? 1 : 0);
    }

    public static void Started(ConsumerGauges gauges, TimeProvider clock) => Running[gauges] = clock;

    public static void Stopped(ConsumerGauges gauges) => Running.TryRemove(gauges, out _);

    public static void Page(Consumer consumer, int events, int failures, TimeSpan duration)
    {
        KeyValuePair<string, object?> label = Label(consumer);
        Pages.Add(1, label);
        Events.Add(events, label);
        Failures.Add(failures, label);
        PageTime.Record(duration.TotalSeconds, label);
    }

    /// <summary>Without a transaction, because none of them concerns it.</summary>
    public static void Passed(Consumer consumer, int events) => Events.Add(events, Label(consumer));

    public static void Retried(Consumer consumer, int freed, int died)
    {
        Freed.Add(freed, Label(consumer));
        Dead.Add(died, Label(consumer));
    }

    public static void Fault(Consumer consumer, string kind) => Faults.Add(1, Label(consumer), new("kind", kind));

    private static KeyValuePair<string, object?> Label(Consumer consumer) => new("projection", consumer.Name);

    // Only the leader knows these; a process that stands by reports nothing.
    private static void Observe(string name, string unit, string description, Func<ConsumerGauges, TimeProvider, double> value) =>
        Meter.CreateObservableGauge(
            name,
            () => Running.Where(row => row.Key.Leads).Select(row => new Measurement<double>(value(row.Key, row.Value), Label(row.Key.Consumer))),
            unit,
            description);
}
