using System.Diagnostics;
using Wya.EventStore;
using Wya.Prove.Checking;

namespace Wya.Prove.Poison;

/// <summary>Which events go where: rounds over all streams, and in some streams one poisonous event half-way.</summary>
internal sealed class PoisonPlan(int streams, int eventsPerStream, int poisonous)
{
    private const int AppendsAtOnce = 8;
    private readonly int poisonousVersion = eventsPerStream / 2;

    public int Poisonous => poisonous;

    public bool IsPoisonous(LogEntry entry) => IsPoisonous(Number(entry.StreamId), entry.Version);

    /// <summary>The poisonous event, and what comes after it in its stream.</summary>
    public bool IsSetAside(LogEntry entry) => IsPoisonous(Number(entry.StreamId), poisonousVersion) && entry.Version >= poisonousVersion;

    /// <summary>Appends event by event at a steady rate, and hands what lands in healthy streams to the probe.</summary>
    public async Task AppendAll(IEventStore store, int rate, LagProbe lag, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        int appended = 0;
        for (int version = 1; version <= eventsPerStream; version++)
        {
            int next = -1, thisVersion = version;
            await Task.WhenAll(Enumerable.Range(0, AppendsAtOnce).Select(_ => Task.Run(Append, ct)));

            async Task Append()
            {
                while (Interlocked.Increment(ref next) is int stream && stream < streams)
                {
                    double due = Interlocked.Increment(ref appended) / (double)rate;
                    double early = due - Stopwatch.GetElapsedTime(start).TotalSeconds;
                    if (early > 0)
                    {
                        await Task.Delay(TimeSpan.FromSeconds(early), ct);
                    }

                    Guid id = StreamId(stream);
                    AppendOutcome outcome = await store.Append(
                        new Append(
                            CommandMetadata.System(Guid.NewGuid()),
                            new StreamAppend(id, Tally.Stream.Name, ExpectedVersion.Exactly(thisVersion - 1), [new Counted(Mark.Of(1, stream, thisVersion), 1, IsPoisonous(stream, thisVersion))])),
                        ct);
                    if (outcome is not AppendOutcome.Appended)
                    {
                        throw new InvalidOperationException($"An append was answered with {outcome}.");
                    }

                    // One in twenty, so that the probe itself does not become the load.
                    if (!IsPoisonous(stream, poisonousVersion) && (stream + thisVersion) % 20 == 0)
                    {
                        lag.Appended(id, thisVersion);
                    }
                }
            }
        }
    }

    private bool IsPoisonous(int stream, long version) => version == poisonousVersion && stream % (streams / poisonous) == 0 && stream / (streams / poisonous) < poisonous;

    private static Guid StreamId(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);

    private static int Number(Guid streamId) => BitConverter.ToInt32(streamId.ToByteArray());
}
