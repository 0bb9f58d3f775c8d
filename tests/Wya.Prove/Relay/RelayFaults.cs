using Wya.Projections.Relay;
using Wya.Prove.Checking;

namespace Wya.Prove.Relay;

/// <summary>What was right with one fault planted in it: the checker must name each.</summary>
internal static class RelayFaults
{
    /// <summary>By name, whether the checker has found it.</summary>
    public static IEnumerable<(string Fault, bool IsFound)> All(IReadOnlyList<LogEntry> log, IReadOnlyList<ReceivedEvent> arrived, Func<Guid, int> partitionOf)
    {
        RelayFindings With(Action<List<ReceivedEvent>> plant)
        {
            List<ReceivedEvent> spoiled = [.. arrived];
            plant(spoiled);
            return RelayChecker.Check(log, spoiled, partitionOf);
        }

        Guid stream = log.First(entry => entry.Version == 2).StreamId;
        int First(long version, List<ReceivedEvent> among) => among.FindIndex(one => one.Published.StreamId == stream && one.Published.Version == version);
        Guid victim = log[log.Count / 2].Id;
        yield return ("loss", With(all => all.RemoveAll(one => one.Published.Id == victim)).Lost == 1);
        yield return ("swap", With(all =>
        {
            (int one, int two) = (First(1, all), First(2, all));
            (all[one], all[two]) = (all[two], all[one]);
        }).OutOfOrder > 0);
        yield return ("changed_repetition", With(all => all.Add(all[0] with { Published = all[0].Published with { Body = "{}"u8.ToArray() } })).Changed == 1);
        yield return ("foreign_id", With(all => all.Add(all[0] with { Published = all[0].Published with { Id = Guid.CreateVersion7() } })).Foreign == 1);
        yield return ("wrong_partition", With(all => all[0] = all[0] with { Partition = all[0].Partition + 1 }).Misplaced == 1);
    }
}
