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

/// <param name="UserId">Who asks.</param>
/// <param name="FriendId">Who is asked.</param>
/// <param name="WithheldUntil">They declined this person a while ago, and are not shown it before then. Who asks is not told.</param>
[EventType("graph.friend_requested")]
public sealed record FriendRequested(UserId UserId, UserId FriendId, DateTimeOffset? WithheldUntil = null) : EdgeEvent;

/// <param name="UserId">Who had asked, and takes it back.</param>
/// <param name="FriendId">Who had been asked.</param>
[EventType("graph.friend_request_cancelled")]
public sealed record FriendRequestCancelled(UserId UserId, UserId FriendId) : EdgeEvent;

/// <summary>Who asked is not told: to them it goes on waiting.</summary>
/// <param name="UserId">Who had asked.</param>
/// <param name="FriendId">Who does not want it.</param>
/// <param name="AskAgainAt">Until then they are shown no other request of this person.</param>
[EventType("graph.friend_request_declined")]
public sealed record FriendRequestDeclined(UserId UserId, UserId FriendId, DateTimeOffset AskAgainAt) : EdgeEvent;

/// <param name="UserId">Who asked.</param>
/// <param name="FriendId">Who accepted, or asked as well.</param>
[EventType("graph.friend_added")]
public sealed record FriendAdded(UserId UserId, UserId FriendId) : EdgeEvent;

/// <param name="UserId">Who ended it.</param>
/// <param name="FriendId">The other one.</param>
[EventType("graph.friend_removed")]
public sealed record FriendRemoved(UserId UserId, UserId FriendId) : EdgeEvent;

/// <param name="UserId">Who follows.</param>
/// <param name="FollowedId">Who is followed.</param>
[EventType("graph.follow_added")]
public sealed record FollowAdded(UserId UserId, UserId FollowedId) : EdgeEvent;

/// <param name="UserId">Who followed.</param>
/// <param name="FollowedId">Who was followed.</param>
/// <param name="RemovedBy">The followed one, who did not want it; null when it was ended by who followed.</param>
[EventType("graph.follow_removed")]
public sealed record FollowRemoved(UserId UserId, UserId FollowedId, UserId? RemovedBy = null) : EdgeEvent;

/// <summary>
/// Ends friendship, follows and requests, both ways, by what it means: no other event says so. Neither sees the other any
/// more, anywhere. The one who is blocked is not told.
/// </summary>
[EventType("graph.blocked")]
public sealed record UserBlocked(UserId BlockerId, UserId BlockedId) : EdgeEvent;

/// <summary>Brings nothing back of what the block ended.</summary>
[EventType("graph.unblocked")]
public sealed record UserUnblocked(UserId BlockerId, UserId BlockedId) : EdgeEvent;

/// <summary>A setting of one's own: their doings call for no attention. Nobody is told, and nothing ends.</summary>
[EventType("graph.muted")]
public sealed record UserMuted(UserId MuterId, UserId MutedId) : EdgeEvent;

[EventType("graph.unmuted")]
public sealed record UserUnmuted(UserId MuterId, UserId MutedId) : EdgeEvent;

/// <param name="UserId">Who does not want to be suggested the other one any more.</param>
[EventType("graph.suggestion_dismissed")]
public sealed record SuggestionDismissed(UserId UserId, UserId DismissedId) : EdgeEvent;
