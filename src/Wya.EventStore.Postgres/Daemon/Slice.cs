namespace Wya.EventStore.Postgres;

/// <summary>
/// A run of events under way, and what becomes of each: applied; failed, which parks its stream; or set aside, because it
/// is of a parked stream. What failed has changed nothing.
/// </summary>
internal sealed class Slice(ArraySegment<LogEntry> entries, Func<Guid, bool> isParked)
{
    private readonly HashSet<Guid> failedStreams = [];
    private readonly List<(LogEntry Entry, string Error)> failures = [];
    private readonly List<LogEntry> setAside = [];
    private readonly List<LogEntry> applied = [];

    public ArraySegment<LogEntry> Entries { get; } = entries;

    /// <summary>The first failure of each stream.</summary>
    public IReadOnlyList<(LogEntry Entry, string Error)> Failures => failures;

    /// <summary>What failed and what was not tried behind it, in order.</summary>
    public IReadOnlyList<LogEntry> SetAside => setAside;

    public IReadOnlyList<LogEntry> Applied => applied;

    /// <summary>The failures are only suspected: one of the slice's events is to blame, and nobody has found out which.</summary>
    public bool IsSuspicion { get; private set; }

    /// <summary>The event being handled, which is the first suspect if the slice fails as a whole.</summary>
    public int? UnderWay { get; set; }

    /// <summary>Whether the event may come to be applied, as far as is known before the first one is.</summary>
    public bool MayApply(in LogEntry entry) => entry.Recorded is not null && !isParked(entry.StreamId);

    /// <summary>Whether the event is to be applied now; if not, it has been set aside.</summary>
    public bool Takes(in LogEntry entry)
    {
        if (isParked(entry.StreamId) || (failedStreams.Count > 0 && failedStreams.Contains(entry.StreamId)))
        {
            setAside.Add(entry);
            return false;
        }

        if (entry.Error is not null)
        {
            Fail(entry, entry.Error);
            return false;
        }

        if (entry.Recorded is null)
        {
            Accept(entry);
            return false;
        }

        return true;
    }

    public void Accept(in LogEntry entry) => applied.Add(entry);

    /// <summary>Parks the event's stream, from this event on.</summary>
    public void Fail(in LogEntry entry, string error)
    {
        failedStreams.Add(entry.StreamId);
        failures.Add((entry, error));
        setAside.Add(entry);
    }

    /// <summary>Parks every stream of the slice, from its first event here on, to be told apart later.</summary>
    public void Suspect(string error)
    {
        IsSuspicion = true;
        foreach (LogEntry entry in Entries)
        {
            if (Takes(entry))
            {
                Fail(entry, error);
            }
        }
    }
}
