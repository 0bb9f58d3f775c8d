namespace Wya.EventStore;

/// <summary>
/// One or more streams to append to, together or not at all. No stream may be named twice.
/// </summary>
public sealed record Append(CommandMetadata Metadata, params IReadOnlyList<StreamAppend> Streams);

/// <summary>The events to append to one stream. No events at all makes it a check of the expected version.</summary>
/// <param name="Claims">Names to take for ever; see <see cref="StreamType{TState,TEvent}.Claims"/>.</param>
public sealed record StreamAppend(
    Guid StreamId,
    string StreamType,
    ExpectedVersion Expected,
    IReadOnlyList<object> Events,
    IReadOnlyList<string>? Claims = null);

/// <summary>Who and what caused the events of a command; stored with each of them.</summary>
/// <param name="Actor">A user id, a moderator id, or <c>system</c>.</param>
/// <param name="CommandId">
/// The event ids derive from it (<see cref="EventIds"/>), so the same command sent again can never be recorded twice.
/// </param>
/// <param name="Fingerprint">
/// Keyed digest of the command's content, to tell a repetition from another command under the same id; null is not compared.
/// </param>
public sealed record CommandMetadata(
    string Actor,
    Guid CommandId,
    string? CorrelationId = null,
    string? CausationId = null,
    string? Fingerprint = null)
{
    public static CommandMetadata System(Guid commandId) => new("system", commandId);
}

/// <summary>What became of one append. Each append of a batch has its own outcome.</summary>
public abstract record AppendOutcome
{
    private AppendOutcome() { }

    /// <summary>Durably recorded.</summary>
    /// <param name="Position">The log position of the last event of the append (the log's head if it had none).</param>
    /// <param name="Versions">The new version of each stream, in the order of the request.</param>
    public sealed record Appended(long Position, IReadOnlyList<long> Versions) : AppendOutcome;

    /// <summary>The same command was recorded before; nothing was appended now.</summary>
    /// <param name="First">The first event that it recorded then.</param>
    /// <param name="Position">The log position of the last event that it recorded then.</param>
    public sealed record Duplicate(RecordedEvent First, long Position) : AppendOutcome;

    /// <summary>Somebody else appended first.</summary>
    public sealed record Conflict(Guid StreamId, long Expected, long Actual) : AppendOutcome;

    /// <summary>Another stream holds the name.</summary>
    public sealed record ClaimTaken(string Claim) : AppendOutcome;

    /// <summary>The stream is archived and takes no more events.</summary>
    public sealed record Archived(Guid StreamId) : AppendOutcome;
}

/// <summary>
/// The store takes no more work now: its queue is full, or its database is away. Nothing was recorded; try again later.
/// </summary>
public sealed class StoreUnavailableException(string reason, TimeSpan retryAfter, Exception? cause = null) : Exception(reason, cause)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>
/// The store cannot say whether the append was recorded, because the connection broke and did not come back in time.
/// The same command may be sent again: it can be recorded only once.
/// </summary>
public sealed class OutcomeUnknownException(Exception? cause = null)
    : Exception("The outcome of the append is unknown; the same command can be sent again safely.", cause);
