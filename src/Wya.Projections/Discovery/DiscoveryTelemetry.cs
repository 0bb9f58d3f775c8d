using System.Diagnostics.Metrics;

namespace Wya.Projections.Discovery;

/// <summary>How often somebody asks who is around, and what they are answered from; never who asked, or who was shown.</summary>
public static class DiscoveryTelemetry
{
    public const string Name = "Wya.Discovery";

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Asked = Meter.CreateCounter<long>("wya.discovery.requested", "{answer}", "Questions who is around.");
    private static readonly Counter<long> Answered = Meter.CreateCounter<long>("wya.discovery.served", "{answer}", "Answers, by what they were made of.");

    public static void Requested() => Asked.Add(1);

    /// <param name="source"><c>computed</c>, <c>cached</c> or <c>friends</c>.</param>
    public static void Served(string source) => Answered.Add(1, new KeyValuePair<string, object?>("source", source));
}
