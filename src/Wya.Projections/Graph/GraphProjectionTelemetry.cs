using System.Diagnostics.Metrics;

namespace Wya.Projections.Graph;

/// <summary>How projections come about; never whose they are.</summary>
public static class GraphProjectionTelemetry
{
    public const string Name = "Wya.GraphProjections";

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Hits = Meter.CreateCounter<long>("wya.graph_projections.hits", "{projection}", "Read from the cache.");
    private static readonly Counter<long> Misses = Meter.CreateCounter<long>("wya.graph_projections.misses", "{projection}", "Made from the rows because the cache had none.");
    private static readonly Counter<long> Refreshes = Meter.CreateCounter<long>("wya.graph_projections.refreshes", "{projection}", "Made anew because something had happened.");

    internal static void Hit(int count) => Hits.Add(count);

    internal static void Missed(int count) => Misses.Add(count);

    internal static void Refreshed(int count) => Refreshes.Add(count);
}
