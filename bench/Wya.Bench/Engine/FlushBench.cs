using System.Diagnostics;

namespace Wya.Bench.Engine;

/// <summary>How long the disk takes to say that a page is kept: no commit is acknowledged before.</summary>
internal static class FlushBench
{
    private const int Flushes = 2_000;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        string path = Path.Combine(Machine.RepositoryRoot, ".dev", $"flush-{Environment.ProcessId}");
        List<float> milliseconds = [];
        byte[] page = new byte[8_192];
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose))
        {
            for (int i = 0; i < Flushes; i++)
            {
                long start = Stopwatch.GetTimestamp();
                file.Position = 0;
                file.Write(page);
                file.Flush(flushToDisk: true);
                milliseconds.Add((float)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        yield return new BenchRow(
            "8 KiB written and flushed", "ms", Statistics.Percentile(milliseconds, 0.50) ?? 0,
            P50: Statistics.Percentile(milliseconds, 0.50), P99: Statistics.Percentile(milliseconds, 0.99));
    }
}
