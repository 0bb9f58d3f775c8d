using System.Diagnostics.Metrics;

namespace Wya.Api.Operation;

/// <summary>How much was due. Labels name kinds of work, never a person.</summary>
internal static class DueTelemetry
{
    public const string Name = "Wya.Identity";

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Done = Meter.CreateCounter<long>("wya.due.done", "{person}", "People for whom something that was due was recorded.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("wya.due.failed", "{person}", "People for whom it failed; the next pass tries again.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("wya.due.pass.duration", "s", "One pass over everybody concerned.");

    public static void Passed(string work, int done, int failed, TimeSpan duration)
    {
        KeyValuePair<string, object?> label = new("work", work);
        Done.Add(done, label);
        Failed.Add(failed, label);
        Duration.Record(duration.TotalSeconds, label);
    }
}
