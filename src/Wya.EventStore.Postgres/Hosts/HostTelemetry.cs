using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Wya.EventStore.Postgres;

/// <summary>What is told of databases that have several hosts, by the database's name.</summary>
internal static class HostTelemetry
{
    private static readonly Meter Meter = new(LogTelemetry.Name);
    private static readonly ConcurrentDictionary<DatabaseHosts, byte> Watched = new();

    static HostTelemetry()
    {
        Meter.CreateObservableGauge("wya.hosts.epoch", () => Each(hosts => hosts.Epoch), "{epoch}", "The newest primary's, as this process knows it.");
        Meter.CreateObservableGauge("wya.hosts.standbys", () => Each(hosts => hosts.Seen.Count(look => look.Role == HostRole.Standby)), "{host}", "Standbys that answer.");
        Meter.CreateObservableGauge("wya.hosts.fenced", () => Each(hosts => hosts.Seen.Count(look => look.Role == HostRole.Fenced)), "{host}", "Primaries of an epoch that has ended.");
    }

    public static void Watch(DatabaseHosts hosts) => Watched[hosts] = 0;

    public static void Leave(DatabaseHosts hosts) => Watched.TryRemove(hosts, out _);

    private static IEnumerable<Measurement<long>> Each(Func<DatabaseHosts, long> figure) =>
        Watched.Keys.Select(hosts => new Measurement<long>(figure(hosts), new KeyValuePair<string, object?>("database", hosts.Name)));
}
