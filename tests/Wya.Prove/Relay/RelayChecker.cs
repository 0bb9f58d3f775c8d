using Wya.Projections.Relay;
using Wya.Prove.Checking;

namespace Wya.Prove.Relay;

/// <summary>What is wrong with what arrived; all are 0 when nothing is.</summary>
/// <param name="Repeated">Not a fault: arrived again, the same.</param>
/// <param name="Lost">In the log, and never arrived.</param>
/// <param name="Foreign">Arrived, and not in the log as it arrived: another id, stream, version or position.</param>
/// <param name="OutOfOrder">Arrived first before one that precedes it in its stream.</param>
/// <param name="Changed">Arrived again with the same id, and otherwise than before.</param>
/// <param name="Misplaced">In another partition than its stream's.</param>
internal readonly record struct RelayFindings(long Repeated, long Lost, long Foreign, long OutOfOrder, long Changed, long Misplaced)
{
    public bool Holds => this with { Repeated = 0 } == default;
}

/// <summary>
/// Compares what stands in the partitions with the log's table, by event id. It knows nothing of how either came to be; a
/// consumer's way to take each event once is tried on the same arrivals, and must take exactly the log.
/// </summary>
internal static class RelayChecker
{
    /// <param name="arrived">Of all partitions; of each in its order.</param>
    public static RelayFindings Check(IReadOnlyList<LogEntry> log, IReadOnlyList<ReceivedEvent> arrived, Func<Guid, int> partitionOf)
    {
        var expected = log.ToDictionary(entry => entry.Id);
        Dictionary<Guid, ReceivedEvent> first = [];
        Dictionary<Guid, long> reached = [];
        long repeated = 0, foreign = 0, outOfOrder = 0, changed = 0, misplaced = 0;
        foreach (ReceivedEvent one in arrived)
        {
            PublishedEvent published = one.Published;
            misplaced += one.Partition == partitionOf(published.StreamId) ? 0 : 1;
            if (first.TryGetValue(published.Id, out ReceivedEvent? before))
            {
                repeated++;
                changed += IsSame(before.Published, published) ? 0 : 1;
                continue;
            }

            first.Add(published.Id, one);
            foreign += expected.TryGetValue(published.Id, out LogEntry entry)
                && (entry.StreamId, entry.Version, entry.Position) == (published.StreamId, published.Version, published.Position) ? 0 : 1;
            long last = reached.GetValueOrDefault(published.StreamId);
            outOfOrder += published.Version == last + 1 ? 0 : 1;
            reached[published.StreamId] = Math.Max(last, published.Version);
        }

        return new RelayFindings(repeated, log.LongCount(entry => !first.ContainsKey(entry.Id)), foreign, outOfOrder, changed, misplaced);
    }

    /// <summary>Events that a consumer which remembers versions takes otherwise than once.</summary>
    public static long TakenOtherwiseThanOnce(IReadOnlyList<LogEntry> log, IReadOnlyList<ReceivedEvent> arrived)
    {
        var seen = new SeenVersions();
        Dictionary<Guid, int> taken = [];
        foreach (ReceivedEvent one in arrived.Where(one => seen.Takes(one.Published)))
        {
            taken[one.Published.Id] = taken.GetValueOrDefault(one.Published.Id) + 1;
        }

        return log.LongCount(entry => taken.GetValueOrDefault(entry.Id) != 1);
    }

    private static bool IsSame(PublishedEvent one, PublishedEvent other) =>
        one with { Body = default } == other with { Body = default } && one.Body.Span.SequenceEqual(other.Body.Span);
}
