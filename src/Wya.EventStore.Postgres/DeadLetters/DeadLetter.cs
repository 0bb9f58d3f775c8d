namespace Wya.EventStore.Postgres;

/// <summary>A stream that a consumer has set aside, and why.</summary>
/// <param name="Position">Of the event that failed, in the source's log.</param>
/// <param name="EventType">Its stored name; null if it cannot be found.</param>
/// <param name="Error">The kind of failure and the place in the code or schema; never data.</param>
/// <param name="Attempts">How often it has failed.</param>
/// <param name="State"><c>retrying</c> by itself, or <c>dead</c>: an operator has to decide.</param>
/// <param name="NextRetryAt">When it is tried again by itself; null for a dead letter, and for one due now.</param>
/// <param name="EventsWaiting">The failed event and those of its stream behind it.</param>
public sealed record DeadLetter(
    string Consumer,
    Guid StreamId,
    long Position,
    string? EventType,
    string Error,
    int Attempts,
    string State,
    DateTimeOffset ParkedAt,
    DateTimeOffset? NextRetryAt,
    long EventsWaiting);

/// <summary>What an operator decided earlier about a stream.</summary>
public sealed record DeadLetterDecision(long Position, string Decision, string Reason, string Actor, DateTimeOffset DecidedAt);

/// <summary>What would happen if the stream were retried with the code of this process.</summary>
/// <param name="Applied">Events that would now be applied.</param>
/// <param name="FailsAt">The first that would fail again; null if none would.</param>
/// <param name="Remaining">Waiting events beyond those that were tried.</param>
public sealed record DryRun(int Applied, long? FailsAt, string? Error, long Remaining);

/// <summary>What a decision changed, or why it changed nothing.</summary>
/// <param name="Streams">Streams that are due to be retried now.</param>
/// <param name="EventsDiscarded">Events that this consumer will never apply.</param>
/// <param name="EventsWaiting">Events of those streams that will be applied, in order.</param>
public sealed record DeadLetterChange(int Streams, int EventsDiscarded, long EventsWaiting, Refusal? Refusal = null);
