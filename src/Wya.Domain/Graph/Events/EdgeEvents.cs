using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field, and a field may become sealed (then its version rises); anything else is a new
// event. docs/reference/events.md says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>What can happen between two people. One stream a pair.</summary>
public abstract record EdgeEvent
{
    private protected EdgeEvent() { }
}

/// <param name="UserId">Who asked.</param>
/// <param name="FriendId">Who accepted.</param>
[EventType("graph.friend_added")]
public sealed record FriendAdded(UserId UserId, UserId FriendId) : EdgeEvent;

/// <param name="UserId">Who ended it.</param>
/// <param name="FriendId">The other one.</param>
[EventType("graph.friend_removed")]
public sealed record FriendRemoved(UserId UserId, UserId FriendId) : EdgeEvent;

/// <summary>Ends friendship; neither sees the other any more, anywhere. The one who is blocked is not told.</summary>
[EventType("graph.blocked")]
public sealed record UserBlocked(UserId BlockerId, UserId BlockedId) : EdgeEvent;

[EventType("graph.unblocked")]
public sealed record UserUnblocked(UserId BlockerId, UserId BlockedId) : EdgeEvent;
