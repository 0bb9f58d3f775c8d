using Wya.EventStore;

namespace Wya.Projections;

/// <summary>How a follower appends what it answers an event with.</summary>
internal static class Answers
{
    /// <param name="command">Derives from what is answered, so that the log takes it once, however often the event is seen.</param>
    /// <param name="cause">
    /// What is answered, to be told by the answer's metadata: the request that began it all, and this event. Left out where the
    /// answer must not tell.
    /// </param>
    /// <exception cref="IOException">Nobody's fault: the same event is tried again.</exception>
    public static async Task<Transacted<TState>> Answer<TState, TEvent>(
        this IEventStore store, StreamType<TState, TEvent> type, Guid stream, Guid command, Func<TState, Decision<TEvent>> decide, CancellationToken ct, RecordedEvent? cause = null)
        where TState : class
        where TEvent : class
    {
        try
        {
            Transacted<TState> sent = await store.Transact(type, stream, decide, Metadata(command, cause), ct).ConfigureAwait(false);
            return sent.Refusal == StoreRefusals.TooBusy ? throw new IOException("The stream is too busy at the moment.") : sent;
        }
        catch (Exception away) when (away is StoreUnavailableException or OutcomeUnknownException)
        {
            throw new IOException("The log takes no more at the moment.", away);
        }
    }

    private static CommandMetadata Metadata(Guid command, RecordedEvent? cause) => CommandMetadata.System(command) with
    {
        CorrelationId = cause?.Metadata.CorrelationId,
        CausationId = cause?.Id.ToString("n"),
    };
}
