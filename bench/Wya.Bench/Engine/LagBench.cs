using System.Collections.Concurrent;
using System.Diagnostics;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Bench.Engine;

/// <summary>
/// (f) From the call of an append to its event's row committed in the read model, at 200 events a second: alone, and with
/// a second writer on the same database that every two seconds makes one of the two lose a race.
/// </summary>
internal static class LagBench
{
    private const int EventsASecond = 200;
    private const int Streams = 400;
    private const double P50Max = 8;
    private const double P99Max = 25;
    private static readonly TimeSpan VisibleWithin = TimeSpan.FromSeconds(30);

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        foreach (bool races in new[] { false, true })
        {
            await using OurLog ours = await OurLog.Create([ConversationCounts.Model]);
            TimeSpan length = options.Quick ? TimeSpan.FromSeconds(3) : TimeSpan.FromSeconds(20);
            IReadOnlyList<float> lags = await Measure(ours, length, races);
            double p50 = Statistics.Percentile(lags, 0.50) ?? double.NaN, p99 = Statistics.Percentile(lags, 0.99) ?? double.NaN;
            yield return new BenchRow(
                $"(f) append to visible, {EventsASecond}/s{(races ? ", a lost race every 2 s" : "")}",
                "ms",
                p50,
                Goal: $"p50 < {P50Max}, p99 < {P99Max}",
                Met: p50 < P50Max && p99 < P99Max,
                P50: p50,
                P99: p99);
        }
    }

    private static async Task<IReadOnlyList<float>> Measure(OurLog ours, TimeSpan length, bool races)
    {
        Consumer consumer = Consumer.Of(ConversationCounts.Model, ours.Database.Log);
        await using var daemon = new ProjectionDaemon([consumer], TimeProvider.System);
        daemon.Start();
        OwnStreams streams = (await ours.CreateStreams(1, Streams))[0];
        var lags = new ConcurrentBag<float>();

        // A second of warm-up, of which nothing is kept.
        await Pace(ours, consumer, streams, TimeSpan.FromSeconds(1), []);
        int lost = 0;
        using var over = new CancellationTokenSource();
        Task racing = races ? Race(ours, count => lost = count, over.Token) : Task.CompletedTask;
        await Pace(ours, consumer, streams, length, lags);
        await over.CancelAsync();
        await racing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (races && lost < length.TotalSeconds / 2 - 1)
        {
            throw new InvalidOperationException($"Only {lost} races were lost.");
        }

        return [.. lags];
    }

    private static async Task Pace(OurLog ours, Consumer consumer, OwnStreams streams, TimeSpan length, ConcurrentBag<float> lags)
    {
        List<Task> all = [];
        long start = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / EventsASecond));
        while (Stopwatch.GetElapsedTime(start) < length && await tick.WaitForNextTickAsync())
        {
            // Late ticks are made up for, so that a pause of this process does not thin out the load.
            int due = (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * EventsASecond);
            while (all.Count < due)
            {
                all.Add(One(ours, consumer, streams, lags));
            }
        }

        await Task.WhenAll(all);
    }

    private static async Task One(OurLog ours, Consumer consumer, OwnStreams streams, ConcurrentBag<float> lags)
    {
        int i = streams.Next();
        long start = Stopwatch.GetTimestamp();
        AppendOutcome outcome = await ours.Store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()),
            new StreamAppend(streams.Ids[i], Conversation.Stream.Name, ExpectedVersion.Exactly(streams.Versions[i]), [Conversation.Message(1, start)])));
        var appended = OwnStreams.Expect<AppendOutcome.Appended>(outcome);
        streams.Versions[i] = appended.Versions[0];
        while (!await consumer.Progress.WaitBeyond(appended.Position - 1, VisibleWithin, CancellationToken.None))
        {
            if (Stopwatch.GetElapsedTime(start) > VisibleWithin)
            {
                throw new TimeoutException($"An event was not visible after {VisibleWithin.TotalSeconds} s.");
            }
        }

        lags.Add((float)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>Two writers want the same version of a stream, as two processes would; one of them must lose.</summary>
    private static async Task Race(OurLog ours, Action<int> lost, CancellationToken ct)
    {
        await using LogDatabase other = ours.Database.OpenAnother();
        await using var second = new PostgresEventStore(other, TimeProvider.System);
        Guid stream = Guid.NewGuid();
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(2));
        for (int count = 0; ; count++)
        {
            AppendOutcome[] outcomes = await Task.WhenAll(Try(ours.Store, count), Try(second, count));
            if (outcomes.Count(outcome => outcome is AppendOutcome.Conflict) != 1)
            {
                throw new UnreachableException("A race must have one loser.");
            }

            lost(count + 1);
            await tick.WaitForNextTickAsync(ct);
        }

        Task<AppendOutcome> Try(PostgresEventStore store, int version) => store.Append(
            new Append(
                CommandMetadata.System(Guid.NewGuid()),
                new StreamAppend(stream, Conversation.Stream.Name, ExpectedVersion.Exactly(version), [Conversation.Message(2, version)])),
            CancellationToken.None);
    }
}
