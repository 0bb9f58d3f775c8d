using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field, and a field may become sealed (then its version rises); anything else is a new
// event. docs/reference/events.md says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>What can happen in the moderation of one person. One stream a case.</summary>
public abstract record CaseEvent
{
    private protected CaseEvent() { }
}

public enum RestrictionKind
{
    /// <summary>May read, and write to nobody.</summary>
    Mute,
}

/// <param name="RestrictionId">Names it in its reversal.</param>
/// <param name="UserId">Whom it restricts.</param>
/// <param name="Until">It ends by itself then; null when it stays until it is reversed.</param>
[EventType("safety.restriction_applied")]
public sealed record RestrictionApplied(Guid RestrictionId, UserId UserId, RestrictionKind Kind, DateTimeOffset? Until = null) : CaseEvent;

/// <param name="RestrictionId">What is taken back, with all its effects.</param>
[EventType("safety.action_reversed")]
public sealed record ActionReversed(Guid RestrictionId) : CaseEvent;
