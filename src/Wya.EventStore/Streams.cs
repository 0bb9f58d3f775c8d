namespace Wya.EventStore;

/// <summary>What can be done with a stream through any store.</summary>
public static class Streams
{
    /// <summary>The state of a stream, as of now, a version, or a time; the initial state with version 0 if there is none.</summary>
    public static async Task<(TState State, long Version)> Load<TState, TEvent>(
        this IEventStore store,
        StreamType<TState, TEvent> type,
        Guid streamId,
        StreamRange? range = null,
        CancellationToken ct = default)
        where TState : class
        where TEvent : class
    {
        TState state = type.Initial;
        long version = 0;
        await foreach (RecordedEvent recorded in store.ReadStream(streamId, range, ct).ConfigureAwait(false))
        {
            state = type.Evolve(state, (TEvent)recorded.Data);
            version = recorded.Version;
        }

        return (state, version);
    }
}
