using System.Diagnostics.Metrics;

namespace Wya.Projections.Redis;

/// <summary>What is told about Redis: how often it was away and asked in vain, by server. Never a key, never a value.</summary>
public static class RedisTelemetry
{
    public const string Name = "Wya.Redis";

    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("wya.redis.duration", "s", "One question that was answered.");
    private static readonly Counter<long> Aways = Meter.CreateCounter<long>("wya.redis.away", "{question}", "Questions that were not answered.");
    private static readonly Counter<long> Connects = Meter.CreateCounter<long>("wya.redis.connects", "{connection}", "Connections made.");

    internal static void Answered(string server, TimeSpan duration) => Duration.Record(duration.TotalSeconds, Label(server));

    internal static void Away(string server) => Aways.Add(1, Label(server));

    internal static void Connected(string server) => Connects.Add(1, Label(server));

    private static KeyValuePair<string, object?> Label(string server) => new("server", server);
}
