using System.Diagnostics.Metrics;

namespace Wya.Api.Messaging.Live;

/// <summary>What the live feed tells about itself. Labels name kinds, never a person or a conversation.</summary>
internal sealed class LiveTelemetry : IDisposable
{
    public const string Name = "Wya.Live";

    private readonly Meter meter = new(Name);
    private readonly Counter<long> frames;
    private readonly Counter<long> ends;
    private readonly Histogram<double> pageTime;

    public LiveTelemetry(LiveFeeds feeds)
    {
        frames = meter.CreateCounter<long>("wya.live.frames", "{frame}", "Frames handed to connections.");
        ends = meter.CreateCounter<long>("wya.live.ends", "{connection}", "Connections that were ended from here, by reason.");
        pageTime = meter.CreateHistogram<double>("wya.live.page.duration", "s", "From a page of the log to the queues of those who hear of it.");
        meter.CreateObservableGauge("wya.live.connections", () => feeds.Count, "{connection}", "Connections now.");
    }

    public void Watch(Func<long> behind) =>
        meter.CreateObservableGauge("wya.live.behind", behind, "{event}", "Events that are committed and not handed over yet.");

    public void Handed(int count, TimeSpan duration)
    {
        frames.Add(count);
        pageTime.Record(duration.TotalSeconds);
    }

    public void Ended(GoodbyeReason reason) => ends.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Dispose() => meter.Dispose();
}
