using System.Diagnostics;

namespace Wya.Bench;

/// <summary>What the rounds of one line came to: medians, and the latencies of our calls over all rounds.</summary>
/// <param name="Costs">Microseconds of processor time that one of ours took, by part: see <see cref="ProcessorTime"/>.</param>
internal sealed record Measured(double Ours, double? Reference, double? Ratio, double? P50, double? P99, IReadOnlyDictionary<string, double> Costs);

/// <summary>One round of one side: how much was done, in how long, and how long each call took (in milliseconds).</summary>
internal sealed record Round(long Done, TimeSpan Elapsed, IReadOnlyList<float> CallMilliseconds)
{
    public double PerSecond => Done / Elapsed.TotalSeconds;
}

/// <summary>
/// Both sides in short rounds that alternate, so that what the machine does meanwhile falls on both. The ratio is the
/// median of the ratios of neighbouring rounds. Who goes first alternates too: it would otherwise always pay for the
/// dirty pages and the autovacuum that the other left.
/// </summary>
internal static class Rounds
{
    public static async Task<Measured> Compare(BenchOptions options, Func<TimeSpan, Task<Round>> ours, Func<TimeSpan, Task<Round>> reference)
    {
        // Processor time is only that of the work once the runtime has compiled what is hot.
        TimeSpan warmUp = options.Alone ? 2 * options.Round : options.Round / 2;
        await ours(warmUp);
        if (!options.Alone)
        {
            await reference(warmUp);
        }

        List<double> ourRates = [], referenceRates = [], ratios = [];
        List<float> calls = [];
        List<(long Done, IReadOnlyDictionary<string, double> Spent)> spent = [];
        async Task<Round> Ours()
        {
            ProcessorTime before = ProcessorTime.Now();
            Round our = await ours(options.Round);
            spent.Add((our.Done, ProcessorTime.Now().Since(before)));
            return our;
        }

        for (int round = 0; round < options.Rounds; round++)
        {
            Round our, other;
            if (options.Alone)
            {
                ourRates.Add((our = await Ours()).PerSecond);
                calls.AddRange(our.CallMilliseconds);
                continue;
            }

            if (round % 2 == 0)
            {
                our = await Ours();
                other = await reference(options.Round);
            }
            else
            {
                other = await reference(options.Round);
                our = await Ours();
            }

            ourRates.Add(our.PerSecond);
            referenceRates.Add(other.PerSecond);
            ratios.Add(our.PerSecond / other.PerSecond);
            calls.AddRange(our.CallMilliseconds);
        }

        return new Measured(
            Statistics.Median(ourRates), options.Alone ? null : Statistics.Median(referenceRates), options.Alone ? null : Statistics.Median(ratios),
            Statistics.Percentile(calls, 0.50), Statistics.Percentile(calls, 0.99),
            spent.SelectMany(one => one.Spent.Keys).Distinct().ToDictionary(
                part => part, part => spent.Sum(one => one.Spent.GetValueOrDefault(part)) / Math.Max(1, spent.Sum(one => one.Done))));
    }

    /// <summary>Like <see cref="Compare"/>, of the time that one call takes: the median of each round, and of their ratios.</summary>
    public static async Task<Measured> CompareTimes(BenchOptions options, Func<TimeSpan, Task<Round>> ours, Func<TimeSpan, Task<Round>> reference)
    {
        static Func<TimeSpan, Task<Round>> Timed(Func<TimeSpan, Task<Round>> run, List<double> medians) => async length =>
        {
            Round round = await run(length);
            medians.Add(Statistics.Percentile(round.CallMilliseconds, 0.50) ?? 0);
            return round;
        };
        List<double> our = [], other = [];
        Measured rates = await Compare(options, Timed(ours, our), Timed(reference, other));
        // The first of each only warmed up.
        return rates with
        {
            Ours = Statistics.Median(our.Skip(1)),
            Reference = options.Alone ? null : Statistics.Median(other.Skip(1)),
            Ratio = options.Alone ? null : Statistics.Median(our.Zip(other, (a, b) => a / b).Skip(1)),
        };
    }

    /// <summary>Callers that each make the call again as soon as it is answered, until the time is over.</summary>
    /// <param name="call">Given the caller's number; returns how much it did (events, rows).</param>
    public static async Task<Round> Callers(int callers, TimeSpan length, Func<int, Task<int>> call)
    {
        long start = Stopwatch.GetTimestamp();
        long end = start + (long)(length.TotalSeconds * Stopwatch.Frequency);
        var rounds = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var milliseconds = new List<float>(16_384);
            long done = 0;
            for (long now = Stopwatch.GetTimestamp(); now < end;)
            {
                done += await call(caller);
                long after = Stopwatch.GetTimestamp();
                milliseconds.Add((float)Stopwatch.GetElapsedTime(now, after).TotalMilliseconds);
                now = after;
            }

            return (done, milliseconds);
        })));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return new Round(rounds.Sum(round => round.done), elapsed, [.. rounds.SelectMany(round => round.milliseconds)]);
    }
}

internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The nearest rank; null when there are no values.</summary>
    public static double? Percentile(IReadOnlyList<float> values, double share)
    {
        if (values.Count == 0)
        {
            return null;
        }

        float[] sorted = [.. values.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
