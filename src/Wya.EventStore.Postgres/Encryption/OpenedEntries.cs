namespace Wya.EventStore.Postgres;

/// <summary>
/// Opens what is sealed in a page of a log, with one round trip for the keys. An event that does not open is an event that
/// cannot be read, alone; a store of keys that does not answer is a fault of the moment, and nothing of the page is used.
/// </summary>
internal static class OpenedEntries
{
    public static async Task Open(this EventSeals seals, IList<LogEntry> entries, int count, CancellationToken ct)
    {
        if (!seals.HasKeys)
        {
            return;
        }

        Dictionary<long, Exception>? failures = null;
        List<RecordedEvent> events = new(count);
        for (int i = 0; i < count; i++)
        {
            if (entries[i].Recorded is { } recorded)
            {
                events.Add(recorded);
            }
        }

        await seals.Open(events, (recorded, failure) => (failures ??= [])[recorded.Position] = failure, ct).ConfigureAwait(false);
        for (int i = 0; failures is not null && i < count; i++)
        {
            if (failures.TryGetValue(entries[i].Position, out Exception? failure))
            {
                entries[i] = new LogEntry(entries[i].Position, entries[i].StreamId, null, FailurePlace.Of(failure));
            }
        }
    }
}
