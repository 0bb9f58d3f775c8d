using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Prove.Rebuild;

/// <summary>A long log of interleaved streams, and appends to all but the last of them at a steady rate.</summary>
internal sealed class RebuildLoad(PostgresEventStore store, int streams)
{
    private const int EventsPerAppend = 10;
    private const int AppendsAtOnce = 32;
    private const int QuietStreams = 50;
    private int command;

    public async Task Fill(int events, CancellationToken ct)
    {
        int left = events / EventsPerAppend, next = -1;
        await Task.WhenAll(Enumerable.Range(0, AppendsAtOnce).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref next) is int number && number < left)
                {
                    await One(number % streams, EventsPerAppend, ct);
                }
            },
            ct)));
    }

    public async Task Append(int rate, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var random = new Random(1);
        while (!stop.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Max(1, rate / 100))
                .Select(_ => One(random.Next(streams - QuietStreams), 1, CancellationToken.None)));
            await Task.WhenAny(timer.WaitForNextTickAsync(CancellationToken.None).AsTask());
        }
    }

    private async Task One(int stream, int count, CancellationToken ct)
    {
        int own = Interlocked.Increment(ref command);
        AppendOutcome outcome = await store.Append(
            new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(
                StreamId(stream), Tally.Stream.Name, ExpectedVersion.Any,
                [.. Enumerable.Range(0, count).Select(n => new Counted(Mark.Of(1, own, n), own % 100))])),
            ct);
        if (outcome is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"An append was answered with {outcome}.");
        }
    }

    /// <summary>In an order that PostgreSQL and we agree on.</summary>
    public static Guid StreamId(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3);
}
