using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What the engine tells about itself. Labels name domains and projections only: never a stream, a person or a text.
/// </summary>
public sealed class LogTelemetry
{
    public const string Name = "Wya.EventStore";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Appends = Meter.CreateCounter<long>("wya.appends", "{append}", "Appends answered.");
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("wya.events", "{event}", "Events sent to the log.");
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("wya.appends.refused", "{append}", "Appends refused because the queue was full.");
    private static readonly Counter<long> Reconnects = Meter.CreateCounter<long>("wya.writer.reconnects", "{attempt}", "Batches sent again after a broken connection.");
    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("wya.batch.size", "{append}", "Appends in one transaction.");
    private static readonly Histogram<double> CommitTime = Meter.CreateHistogram<double>("wya.commit.duration", "s", "From a batch's first byte to its commit.");

    private readonly KeyValuePair<string, object?> domain;

    public LogTelemetry(string domain, Func<int> queueDepth)
    {
        this.domain = new("domain", domain);
        Meter.CreateObservableGauge("wya.queue.depth", () => new Measurement<int>(queueDepth(), this.domain), "{append}", "Appends waiting for the writer.");
    }

    public void Wrote(int appends, int events, TimeSpan duration)
    {
        Appends.Add(appends, domain);
        Events.Add(events, domain);
        BatchSize.Record(appends, domain);
        CommitTime.Record(duration.TotalSeconds, domain);
    }

    public void Refused() => Refusals.Add(1, domain);

    public void Reconnected() => Reconnects.Add(1, domain);
}
