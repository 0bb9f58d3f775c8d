using System.Diagnostics;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;

namespace Wya.Prove.Failover;

/// <summary>What the writers of one run have come to, together.</summary>
internal sealed class WriterCounts
{
    private long acknowledged;
    private long unknown;
    private long unavailable;
    private long resolved;
    private long foundRecorded;

    /// <summary>Commands that were answered for good.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Answers that did not say what became of the command, and how many of their commands were settled later.</summary>
    public (long Asked, long Resolved) Unknown => (Interlocked.Read(ref unknown), Interlocked.Read(ref resolved));

    /// <summary>Refusals that promised that nothing was recorded.</summary>
    public long Unavailable => Interlocked.Read(ref unavailable);

    /// <summary>Of the commands sent again, those that had been recorded by an earlier sending.</summary>
    public long FoundRecorded => Interlocked.Read(ref foundRecorded);

    public void Acknowledge(bool wasUnknown, bool wasRecordedBefore)
    {
        Interlocked.Increment(ref acknowledged);
        Interlocked.Add(ref resolved, wasUnknown ? 1 : 0);
        Interlocked.Add(ref foundRecorded, wasRecordedBefore ? 1 : 0);
    }

    public void NotKnown(bool isFirst) => Interlocked.Add(ref unknown, isFirst ? 1 : 0);

    public void Refuse() => Interlocked.Increment(ref unavailable);
}

/// <summary>One caller that appends an event at a time, writes down each before it sends it, and sends it under its id until it is answered.</summary>
internal sealed class FailoverWriter(PostgresEventStore store, History history, WriterCounts counts, int sender, int streams)
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(3);

    public async Task Run(CancellationToken stop, int commandsMax = int.MaxValue)
    {
        var random = new Random(sender);
        for (int command = 1; command <= commandsMax && !stop.IsCancellationRequested; command++)
        {
            Guid stream = Storm.StormPlan.StreamId(random.Next(streams));
            var metadata = CommandMetadata.System(Guid.NewGuid());
            var entry = new HistoryEntry(metadata.CommandId, stream, 0, 0, sender, command, 0, 1, Ending.Sent);
            history.Add([entry]);
            var append = new Append(metadata, new StreamAppend(
                stream, Tally.Stream.Name, ExpectedVersion.Any, [new Counted(Mark.Of(sender, command, 0), random.Next(100))]));
            (long position, long version) = await UntilAnswered(append);
            history.Add([entry with { Ending = Ending.Acknowledged, Position = position, Version = version }]);
        }
    }

    private async Task<(long Position, long Version)> UntilAnswered(Append append)
    {
        long start = Stopwatch.GetTimestamp();
        bool isUnknown = false;
        while (true)
        {
            try
            {
                AppendOutcome outcome = await store.Append(append);
                counts.Acknowledge(isUnknown, outcome is AppendOutcome.Duplicate);
                return outcome switch
                {
                    AppendOutcome.Appended appended => (appended.Position, appended.Versions[0]),
                    AppendOutcome.Duplicate duplicate => (duplicate.Position, 0),
                    _ => throw new InvalidOperationException($"An append was answered with {outcome.GetType().Name}."),
                };
            }
            catch (StoreUnavailableException) when (Stopwatch.GetElapsedTime(start) < GiveUpAfter)
            {
                counts.Refuse();
            }
            catch (Exception unknown) when (Stopwatch.GetElapsedTime(start) < GiveUpAfter && (unknown is OutcomeUnknownException || Faults.IsTransient(unknown)))
            {
                counts.NotKnown(isFirst: !isUnknown);
                isUnknown = true;
            }

            await Task.Delay(10);
        }
    }
}
