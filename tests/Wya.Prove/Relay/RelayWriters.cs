using System.Diagnostics;
using Wya.EventStore;

namespace Wya.Prove.Relay;

/// <summary>
/// Writes at a steady rate until there are enough events and nothing is left to be broken. Streams come in turn, so that
/// each goes on for the whole time.
/// </summary>
internal sealed class RelayWriters(IEventStore store, int events, int rate, int writers)
{
    private const int EventsPerAppend = 5;
    private const int EventsPerStream = 200;

    private volatile bool mayEnd;

    public void MayEnd() => mayEnd = true;

    public Task Run(CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => Write(writer, start, ct), ct)));
    }

    private async Task Write(int writer, long start, CancellationToken ct)
    {
        Guid[] streams = [.. Enumerable.Range(0, Math.Max(1, events / EventsPerStream / writers)).Select(_ => Guid.CreateVersion7())];
        for (int nth = 0; nth < events / EventsPerAppend / writers || !mayEnd; nth++)
        {
            double early = (nth * (double)EventsPerAppend * writers / rate) - Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (early > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(early), ct);
            }

            int command = nth;
            var append = new StreamAppend(
                streams[nth % streams.Length],
                Tally.Stream.Name,
                ExpectedVersion.Exactly(nth / streams.Length * EventsPerAppend),
                [.. Enumerable.Range(1, EventsPerAppend).Select(one => new Counted(Mark.Of(writer, command, one), 1))]);
            if (await store.Append(new Append(CommandMetadata.System(Guid.CreateVersion7()), append), ct) is not AppendOutcome.Appended)
            {
                throw new InvalidOperationException("An append was not taken.");
            }
        }
    }
}
