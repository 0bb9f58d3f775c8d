namespace Wya.Bench;

/// <summary>One line of the table.</summary>
/// <param name="Name">The letter of the line, then what was done.</param>
/// <param name="Unit">Of <paramref name="Ours"/> and <paramref name="Reference"/>: <c>events/s</c>, <c>ms</c>, <c>bytes</c>.</param>
/// <param name="Ratio">Ours divided by the reference: the median of the rounds.</param>
/// <param name="Goal">In words, or null when the line is only reported.</param>
/// <param name="P50">Milliseconds from our call to its answer, half of the calls; null where calls are not timed.</param>
/// <param name="P99">The same, 99 of 100 calls.</param>
/// <param name="Costs">Microseconds of processor time that one of ours took, by part of the system; null where nobody looked.</param>
internal sealed record BenchRow(
    string Name,
    string Unit,
    double Ours,
    double? Reference = null,
    double? Ratio = null,
    string? Goal = null,
    bool? Met = null,
    double? P50 = null,
    double? P99 = null,
    IReadOnlyDictionary<string, double>? Costs = null)
{
    /// <summary>A line whose goal is a ratio.</summary>
    public static BenchRow Against(string name, string unit, Measured measured, double? goal) => new(
        name,
        unit,
        measured.Ours,
        measured.Reference,
        measured.Ratio,
        goal is null ? null : FormattableString.Invariant($"≥ {goal:0.0#} ×"),
        goal is null || measured.Ratio is null ? null : measured.Ratio >= goal,
        measured.P50,
        measured.P99,
        measured.Costs);

    /// <summary>A line whose goal is a time of ours.</summary>
    public static BenchRow Within(string name, IReadOnlyList<float> milliseconds, double p99Below)
    {
        double p50 = Statistics.Percentile(milliseconds, 0.50) ?? 0, p99 = Statistics.Percentile(milliseconds, 0.99) ?? 0;
        return new BenchRow(name, "ms", p50, Goal: FormattableString.Invariant($"p99 < {p99Below} ms"), Met: p99 < p99Below, P50: p50, P99: p99);
    }
}
