using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Hands a run of events to a handler at once, inside the transaction that moves the position. A failure undoes the run,
/// which is then split until the culprit is alone.
/// </summary>
internal sealed class HandledPages(Func<RecordedEvent, bool> concerns, HandleEvents handle, DaemonOptions options) : IWork
{
    public int PageEventsMax => options.HandledPageEventsMax;

    public bool WritesDirectly => true;

    public bool Concerns(RecordedEvent recorded) => concerns(recorded);

    public async Task<IReadOnlyList<NpgsqlBatchCommand>> Do(
        Slice slice, NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        List<LogEntry> taken = [];
        foreach (LogEntry entry in slice.Entries)
        {
            if (slice.Takes(entry))
            {
                taken.Add(entry);
            }
        }

        if (taken.Count > 0)
        {
            await handle([.. taken.Select(entry => entry.Recorded!).Where(concerns)], transaction!, ct).ConfigureAwait(false);
            taken.ForEach(entry => slice.Accept(entry));
        }

        return [];
    }

    public void Forget()
    {
        // It remembers nothing.
    }
}
