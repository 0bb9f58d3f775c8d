using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Wya.Prove.Poison;

/// <summary>
/// Measures how long after its acknowledgement an event can be seen in the read model's table, by looking at the table
/// itself over and over. A sample is up to one look (a few milliseconds) too long, never too short.
/// </summary>
internal sealed class LagProbe : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(Guid StreamId, long Version), long> waiting = new();
    private readonly ConcurrentBag<double> samples = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task looking;

    public LagProbe(string connectionString, string table) => looking = Task.Run(() => Look(connectionString, table));

    /// <summary>Milliseconds.</summary>
    public IReadOnlyCollection<double> Samples => samples;

    public void Appended(Guid streamId, long version) => waiting[(streamId, version)] = Stopwatch.GetTimestamp();

    public double Percentile(double share)
    {
        double[] sorted = [.. samples.Order()];
        return sorted.Length == 0 ? double.PositiveInfinity : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }

    /// <summary>Waits until everything has been seen.</summary>
    public async Task Drain(int limitSeconds, CancellationToken ct)
    {
        Task seen = Wait.Until(() => Task.FromResult(waiting.IsEmpty), "all samples seen", limitSeconds, ct);
        await await Task.WhenAny(seen, looking);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await looking;
        stop.Dispose();
    }

    private async Task Look(string connectionString, string table)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var look = new NpgsqlCommand($"select stream_id, version from {table} where stream_id = any($1)", connection)
        {
            Parameters = { new NpgsqlParameter<Guid[]>() },
        };
        while (!stop.IsCancellationRequested)
        {
            (Guid StreamId, long Version)[] wanted = [.. waiting.Keys];
            ((NpgsqlParameter<Guid[]>)look.Parameters[0]).TypedValue = [.. wanted.Select(key => key.StreamId).Distinct()];
            Dictionary<Guid, long> versions = [];
            await using (NpgsqlDataReader reader = await look.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                    versions[reader.GetGuid(0)] = reader.GetInt64(1);
                }
            }

            foreach ((Guid StreamId, long Version) key in wanted)
            {
                if (versions.GetValueOrDefault(key.StreamId) >= key.Version && waiting.TryRemove(key, out long appended))
                {
                    samples.Add(Stopwatch.GetElapsedTime(appended).TotalMilliseconds);
                }
            }

            await Task.Delay(5, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
