using Wya.EventStore;

namespace Wya.Domain.Identity.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field (then its version rises); anything else is a new event. docs/reference/events.md
// says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>What can happen to a user. The stream's id is the user's.</summary>
public abstract record UserEvent
{
    private protected UserEvent() { }
}

/// <param name="Handle">As shown; it never changes.</param>
/// <param name="HandleSkeletons">What the handle looks like, in one or two ways: nobody else's may look like any of them, ever.</param>
/// <param name="AgeLayer">On the day of registration. The birth date itself is in no event.</param>
[EventType("user.created")]
public sealed record UserCreated(string Handle, IReadOnlyList<string> HandleSkeletons, AgeLayer AgeLayer) : UserEvent;

[EventType("user.verified")]
public sealed record UserVerified : UserEvent;

/// <param name="Until">The suspension ends by itself then. A later suspension replaces an earlier one.</param>
/// <param name="Reason">Shown to the person concerned.</param>
[EventType("user.suspended")]
public sealed record UserSuspended(DateTimeOffset Until, string Reason) : UserEvent;

[EventType("user.unsuspended")]
public sealed record UserUnsuspended : UserEvent;

/// <param name="Capability">One of <see cref="Events.Capability"/>.</param>
[EventType("user.permission_granted")]
public sealed record PermissionGranted(string Capability) : UserEvent;

/// <param name="Capability">One that had been granted; what the age layer gives cannot be revoked here.</param>
/// <param name="Reason">Shown to the person concerned.</param>
[EventType("user.permission_revoked")]
public sealed record PermissionRevoked(string Capability, string? Reason = null) : UserEvent;
