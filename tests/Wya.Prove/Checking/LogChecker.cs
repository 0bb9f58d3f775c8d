namespace Wya.Prove.Checking;

/// <summary>
/// Compares a log with what its senders and readers know, by event id and by what the events say of themselves, never by
/// position: a log that loses an event and gives its position to another one looks whole by its positions.
/// </summary>
internal static class LogChecker
{
    /// <param name="log">All of it, in the order of positions.</param>
    /// <param name="history">All entries of all senders, each sender's in its own order; later ones of a command replace earlier ones.</param>
    public static LogFindings Check(IReadOnlyList<LogEntry> log, IEnumerable<HistoryEntry> history)
    {
        Dictionary<Guid, LogEntry> byId = new(log.Count);
        HashSet<long> marks = new(log.Count);
        long doubled = 0;
        foreach (LogEntry entry in log)
        {
            doubled += byId.TryAdd(entry.Id, entry) & (entry.Mark == 0 || marks.Add(entry.Mark)) ? 0 : 1;
        }

        (long positionGaps, long versionGaps) = Gaps(log);
        long acknowledgedCommands = 0, acknowledged = 0, lost = 0, outOfOrder = 0, refusedButRecorded = 0, torn = 0, unknown = 0, unknownButRecorded = 0;
        long known = 0;
        Dictionary<int, long> lastOfSender = [];
        foreach (HistoryEntry[] command in Commands(history))
        {
            int sent = 0, recorded = 0;
            foreach (HistoryEntry entry in command)
            {
                long first = 0, last = 0;
                int nth = 0;
                foreach ((Guid id, long mark) in entry.Events())
                {
                    nth++;
                    sent++;
                    if (!byId.TryGetValue(id, out LogEntry found)
                        || (found.Mark != 0 && found.Mark != mark)
                        || (entry.StreamId != Guid.Empty && found.StreamId != entry.StreamId))
                    {
                        continue;
                    }

                    recorded++;
                    first = nth == 1 ? found.Position : first;
                    outOfOrder += found.Position == first + nth - 1 ? 0 : 1;
                    last = found.Position;
                    if (nth == entry.Count && entry.Ending == Ending.Acknowledged)
                    {
                        outOfOrder += (entry.Version is 0 || entry.Version == found.Version)
                            && (entry.Position is 0 || entry.Position == found.Position) ? 0 : 1;
                    }
                }

                if (entry.Ending == Ending.Acknowledged && last > 0)
                {
                    outOfOrder += lastOfSender.GetValueOrDefault(entry.Sender) < first ? 0 : 1;
                    lastOfSender[entry.Sender] = last;
                }
            }

            known += recorded;
            torn += recorded > 0 && recorded < sent ? 1 : 0;
            switch (command[0].Ending)
            {
                case Ending.Acknowledged:
                    acknowledgedCommands++;
                    acknowledged += sent;
                    lost += sent - recorded;
                    break;
                case Ending.NotRecorded:
                    refusedButRecorded += recorded;
                    break;
                default:
                    unknown += sent;
                    unknownButRecorded += recorded;
                    break;
            }
        }

        return new LogFindings
        {
            AcknowledgedCommands = acknowledgedCommands,
            Acknowledged = acknowledged,
            Lost = lost,
            Doubled = doubled,
            OutOfOrder = outOfOrder,
            RefusedButRecorded = refusedButRecorded,
            Torn = torn,
            Foreign = log.Count - doubled - known,
            Unknown = unknown,
            UnknownButRecorded = unknownButRecorded,
            PositionGaps = positionGaps,
            VersionGaps = versionGaps,
        };
    }

    /// <summary>What a reader saw, against all that it should have seen, by event id.</summary>
    public static ReaderFindings CheckReader(IReadOnlyList<Guid> log, IReadOnlyList<Guid> seen)
    {
        Dictionary<Guid, int> places = new(log.Count);
        for (int i = 0; i < log.Count; i++)
        {
            places.TryAdd(log[i], i);
        }

        HashSet<Guid> once = new(seen.Count);
        long doubled = 0, outOfOrder = 0;
        int before = -1;
        foreach (Guid id in seen)
        {
            if (!once.Add(id))
            {
                doubled++;
                continue;
            }

            int place = places.GetValueOrDefault(id, -1);
            outOfOrder += place > before ? 0 : 1;
            before = Math.Max(before, place);
        }

        return new ReaderFindings(places.Keys.LongCount(id => !once.Contains(id)), doubled, outOfOrder);
    }

    private static (long Positions, long Versions) Gaps(IReadOnlyList<LogEntry> log)
    {
        long positions = 0, versions = 0;
        Dictionary<Guid, long> lastVersions = [];
        for (int i = 0; i < log.Count; i++)
        {
            positions += log[i].Position == i + 1 ? 0 : 1;
            versions += log[i].Version == lastVersions.GetValueOrDefault(log[i].StreamId) + 1 ? 0 : 1;
            lastVersions[log[i].StreamId] = log[i].Version;
        }

        return (positions, versions);
    }

    /// <summary>The last word on each command, in the order in which each sender sent them.</summary>
    private static IEnumerable<HistoryEntry[]> Commands(IEnumerable<HistoryEntry> history)
    {
        Dictionary<(int Sender, int Command, int Ordinal), HistoryEntry> last = [];
        foreach (HistoryEntry entry in history)
        {
            last[(entry.Sender, entry.Command, entry.FirstOrdinal)] = entry;
        }

        return last.Values
            .OrderBy(entry => entry.Sender).ThenBy(entry => entry.Command).ThenBy(entry => entry.FirstOrdinal)
            .GroupBy(entry => (entry.Sender, entry.Command), (_, entries) => entries.ToArray());
    }
}
