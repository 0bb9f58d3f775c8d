using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field, and a field may become sealed (then its version rises); anything else is a new
// event. docs/reference/events.md says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>What can happen to the trust in one person. One stream a person, beside the edges.</summary>
public abstract record TrustEvent
{
    private protected TrustEvent() { }
}

/// <summary>What speaks for or against somebody. None of it holds a text, or says who else had a part in it.</summary>
public enum TrustEvidence
{
    /// <summary>Somebody befriended them, or answered their first message.</summary>
    Welcomed,

    /// <summary>Somebody blocked them, or declined their first message.</summary>
    TurnedAway,

    /// <summary>A moderator decided against them: a warning, a restriction, a takedown.</summary>
    Moderated,

    /// <summary>That was taken back.</summary>
    ModerationReversed,

    /// <summary>A report of theirs was found to be right.</summary>
    ReportUpheld,

    /// <summary>A report of theirs was found to be false.</summary>
    ReportRejected,

    /// <summary>It was checked that they are who they say they are.</summary>
    Verified,

    /// <summary>They made something that others use.</summary>
    Contributed,
}

/// <param name="UserId">Whose trust it is.</param>
/// <param name="At">When what it rests on happened.</param>
/// <param name="Course">The five factors from now on, until something else is recorded.</param>
/// <param name="ActionId">Of what a moderator did, to be taken back by it.</param>
[EventType("graph.trust_updated")]
public sealed record TrustUpdated(
    UserId UserId, TrustEvidence Evidence, DateTimeOffset At, TrustCourse Course, Guid? ActionId = null) : TrustEvent;

/// <summary>The person was erased: nobody keeps a score of theirs, and nothing is recorded of them any more.</summary>
[EventType("graph.trust_erased")]
public sealed record TrustErased(UserId UserId) : TrustEvent;
