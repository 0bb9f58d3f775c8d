using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Hands events to a handler one by one, inside the transaction that moves the position. A failure undoes the whole slice;
/// the event under way is the suspect, and is tried again alone.
/// </summary>
internal sealed class HandledEvents(HandleEvent handle, DaemonOptions options) : IWork
{
    public int PageEventsMax => options.HandledPageEventsMax;

    public bool WritesDirectly => true;

    public bool Concerns(RecordedEvent recorded)
    {
        try
        {
            return handle(recorded) is not null;
        }
        catch (Exception)
        {
            return true; // it will come again when the event is handled, and count there
        }
    }

    public async Task<IReadOnlyList<NpgsqlBatchCommand>> Do(
        Slice slice, NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        for (int i = 0; i < slice.Entries.Count; i++)
        {
            LogEntry entry = slice.Entries[i];
            if (slice.Takes(entry))
            {
                slice.UnderWay = i;
                if (handle(entry.Recorded!) is { } effect)
                {
                    await effect(transaction!, ct).ConfigureAwait(false);
                }

                slice.UnderWay = null;
                slice.Accept(entry);
            }
        }

        return [];
    }

    public void Forget()
    {
        // It remembers nothing.
    }
}
