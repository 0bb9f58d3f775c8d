namespace Wya.EventStore;

/// <summary>
/// The log of one domain. Two implementations behave alike and pass one contract suite: in memory, and on PostgreSQL.
/// </summary>
public interface IEventStore
{
    /// <summary>
    /// Appends to one or several streams, together or not at all. What has been answered is durable.
    /// <paramref name="ct"/> ends the waiting, never the append: a cancelled append may still be recorded.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The queue is full or the database is away; nothing was recorded.</exception>
    /// <exception cref="OutcomeUnknownException">The connection broke; send the same command again.</exception>
    Task<AppendOutcome> Append(Append append, CancellationToken ct = default);

    /// <summary>
    /// Loads the stream's state, decides, and appends what was decided at the version that was decided on; when somebody
    /// else appended first, loads and decides again, a bounded number of times. <paramref name="decide"/> must be pure.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The queue is full or the database is away; nothing was recorded.</exception>
    /// <exception cref="OutcomeUnknownException">The connection broke; send the same command again.</exception>
    Task<Transacted<TState>> Transact<TState, TEvent>(
        StreamType<TState, TEvent> type,
        Guid streamId,
        Func<TState, Decision<TEvent>> decide,
        CommandMetadata metadata,
        CancellationToken ct = default)
        where TState : class
        where TEvent : class;

    /// <summary>The events of a stream, in order (or backwards); empty when the stream does not exist.</summary>
    IAsyncEnumerable<RecordedEvent> ReadStream(Guid streamId, StreamRange? range = null, CancellationToken ct = default);

    /// <summary>The events of the whole log after a position, in order, up to the head at the time of the call.</summary>
    IAsyncEnumerable<RecordedEvent> ReadLog(LogRange range, CancellationToken ct = default);

    /// <summary>The event with this id, or null. Answers whether a command was recorded: its first event has its id.</summary>
    Task<RecordedEvent?> FindEvent(Guid eventId, CancellationToken ct = default);

    /// <summary>The last position of the log; 0 when it is empty.</summary>
    Task<long> Head(CancellationToken ct = default);

    /// <summary>The last position recorded at or before a time; 0 when there is none.</summary>
    Task<long> PositionAsOf(DateTimeOffset time, CancellationToken ct = default);

    /// <summary>
    /// Closes a stream: it takes no more events, and projections and log reads pass over it. False when it does not
    /// exist or was archived before.
    /// </summary>
    Task<bool> Archive(Guid streamId, CancellationToken ct = default);
}

/// <summary>Which events of a stream to read. Versions count from 1 and both ends are included.</summary>
public sealed record StreamRange(
    long From = 1,
    long To = long.MaxValue,
    DateTimeOffset? AsOf = null,
    bool Backwards = false,
    int Limit = int.MaxValue,
    bool IncludeArchived = false);

/// <summary>Which part of a log to read: after one position, up to and including another.</summary>
public sealed record LogRange(
    long After = 0,
    long To = long.MaxValue,
    IReadOnlyList<string>? Types = null,
    bool IncludeArchived = false);

/// <summary>What became of a command.</summary>
/// <param name="State">The stream's state after the command.</param>
/// <param name="Version">The stream's version after the command.</param>
/// <param name="Position">The log position that a reader must have reached to see the command's effect.</param>
/// <param name="Recorded">How many events were recorded; 0 when all was already so.</param>
/// <param name="Refusal">The rule that turned the command down, or null.</param>
/// <param name="Earlier">The first event recorded when the same command was sent before, or null.</param>
public sealed record Transacted<TState>(
    TState State,
    long Version,
    long Position,
    int Recorded,
    Refusal? Refusal = null,
    RecordedEvent? Earlier = null)
{
    /// <summary>When it was recorded; the time of the first event of the same command, if that was sent before.</summary>
    public DateTimeOffset Time { get; init; }
}
