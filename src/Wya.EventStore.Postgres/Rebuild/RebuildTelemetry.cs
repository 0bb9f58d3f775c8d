using System.Diagnostics.Metrics;

namespace Wya.EventStore.Postgres;

/// <summary>How far rebuilds are, told by the worker that carries them out. Labels name domains and read models only.</summary>
internal static class RebuildTelemetry
{
    private static readonly Meter Meter = new(LogTelemetry.Name);
    private static readonly Gauge<long> Position = Meter.CreateGauge<long>("wya.rebuild.position", "{event}", "Position of the tables being filled.");
    private static readonly Gauge<long> Left = Meter.CreateGauge<long>("wya.rebuild.events_left", "{event}", "Events left to fold.");

    public static void Moved(string domain, string projection, long position, long target)
    {
        KeyValuePair<string, object?> inDomain = new("domain", domain), ofProjection = new("projection", projection);
        Position.Record(position, inDomain, ofProjection);
        Left.Record(target - position, inDomain, ofProjection);
    }
}
