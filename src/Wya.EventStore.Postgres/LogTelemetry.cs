using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What the engine tells about itself. Labels name domains and projections only: never a stream, a person or a text.
/// </summary>
public sealed class LogTelemetry
{
    public const string Name = "Wya.EventStore";

    private const int PageLinksMax = 32;

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

    /// <summary>The span of one append, from the caller's thread to its outcome.</summary>
    public Activity? StartAppend() => Activities.StartActivity("wya.append")?.SetTag("domain", domain.Value);

    /// <summary>
    /// The span of a page, linked to the requests whose events it makes visible: these carry their trace as correlation id
    /// and their span as causation id.
    /// </summary>
    public static Activity? StartPage(IEnumerable<EventMetadata?> events) =>
        Activities.HasListeners()
            ? Activities.StartActivity(ActivityKind.Consumer, links: [.. events.Select(Link).OfType<ActivityLink>().Distinct().Take(PageLinksMax)], name: "wya.page")
            : null;

    private static ActivityLink? Link(EventMetadata? cause) =>
        cause is { CorrelationId.Length: 32, CausationId.Length: 16 }
        && ActivityContext.TryParse($"00-{cause.CorrelationId}-{cause.CausationId}-01", null, isRemote: true, out ActivityContext context)
            ? new ActivityLink(context)
            : null;

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
