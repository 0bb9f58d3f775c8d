using Wya.EventStore;

namespace Wya.Api.Messaging;

/// <summary>
/// Messaging's logs as one, for who follows another domain and answers what it decides about a conversation, wherever that
/// is held. They have no order in common, so nothing that asks for one is answered.
/// </summary>
internal sealed class ConversationStore(MessagingLogs messaging) : IEventStore
{
    public Task<AppendOutcome> Append(Append append, CancellationToken ct = default) =>
        messaging.At(append.Streams.Single().StreamId, async log => (AppendOutcome?)await log.Store.Append(append, ct).ConfigureAwait(false), ct);

    public Task<Transacted<TState>> Transact<TState, TEvent>(
        StreamType<TState, TEvent> type, Guid streamId, Func<TState, Decision<TEvent>> decide, CommandMetadata metadata, CancellationToken ct = default)
        where TState : class
        where TEvent : class =>
        messaging.At(streamId, async log => (Transacted<TState>?)await log.Store.Transact(type, streamId, decide, metadata, ct).ConfigureAwait(false), ct);

    public async IAsyncEnumerable<RecordedEvent> ReadStream(
        Guid streamId, StreamRange? range = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
    {
        MessagingLog log = await messaging.Find(streamId, ct).ConfigureAwait(false);
        await foreach (RecordedEvent recorded in log.Store.ReadStream(streamId, range, ct).ConfigureAwait(false))
        {
            yield return recorded;
        }
    }

    public async Task<RecordedEvent?> FindEvent(Guid eventId, CancellationToken ct = default)
    {
        foreach (MessagingLog log in messaging.All)
        {
            if (await log.Store.FindEvent(eventId, ct).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public Task<bool> Archive(Guid streamId, CancellationToken ct = default) => throw new NotSupportedException();

    public IAsyncEnumerable<RecordedEvent> ReadLog(LogRange range, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<long> Head(CancellationToken ct = default) => throw new NotSupportedException();

    public Task<long> PositionAsOf(DateTimeOffset time, CancellationToken ct = default) => throw new NotSupportedException();
}
