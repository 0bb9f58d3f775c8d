using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field, and a field may become sealed (then its version rises); anything else is a new
// event. docs/reference/events.md says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>What can happen in a conversation. The stream's version is the sequence in which all of it is read.</summary>
public abstract record ConversationEvent
{
    private protected ConversationEvent() { }
}

/// <param name="AgeLayer">Of everybody who takes part; people who leave the layer leave the conversation's sight.</param>
/// <param name="CreatedBy">Also the first of the participants.</param>
/// <param name="IsRequest">Direct, and not between friends: the other one is asked first.</param>
/// <param name="Title">Of a group.</param>
[EventType("conversation.created")]
public sealed record ConversationCreated(
    ConversationKind Kind,
    AgeLayer AgeLayer,
    UserId CreatedBy,
    IReadOnlyList<UserId> Participants,
    bool IsRequest,
    Sensitive<string>? Title = null) : ConversationEvent;

/// <summary>The first message of somebody who is no friend has been sent, and waits for the other's answer.</summary>
[EventType("conversation.requested")]
public sealed record ConversationRequested(UserId By) : ConversationEvent;

[EventType("conversation.request_accepted")]
public sealed record RequestAccepted(UserId By) : ConversationEvent;

/// <summary>It can still be accepted later; who asked is not told.</summary>
[EventType("conversation.request_declined")]
public sealed record RequestDeclined(UserId By) : ConversationEvent;

[EventType("conversation.participant_added")]
public sealed record ParticipantAdded(UserId UserId, UserId AddedBy) : ConversationEvent;

/// <param name="RemovedBy">Null when they left of their own accord.</param>
[EventType("conversation.participant_left")]
public sealed record ParticipantLeft(UserId UserId, UserId? RemovedBy = null) : ConversationEvent;

/// <summary>Nothing more is written in it; it can still be read.</summary>
[EventType("conversation.archived")]
public sealed record ConversationArchived(UserId ArchivedBy) : ConversationEvent;

/// <summary>A participant's own setting: their clients do not call attention to what is new here.</summary>
[EventType("conversation.muted")]
public sealed record ConversationMuted(UserId UserId) : ConversationEvent;

[EventType("conversation.unmuted")]
public sealed record ConversationUnmuted(UserId UserId) : ConversationEvent;

/// <summary>What happens to messages. None of it changes what may happen next: see <see cref="Conversation.Stream"/>.</summary>
/// <param name="SenderId">Who did it.</param>
public abstract record MessageEvent(UserId SenderId) : ConversationEvent;

/// <summary>The event's id is the message's.</summary>
/// <param name="Content">Sealed under the sender's key.</param>
/// <param name="ReplyTo">An earlier message of the same conversation.</param>
/// <param name="Mentions">Participants whose attention it asks for.</param>
[EventType("message.sent")]
public sealed record MessageSent(
    UserId SenderId,
    MessageKind Kind,
    Sensitive<MessageContent> Content,
    MessageId? ReplyTo = null,
    IReadOnlyList<UserId>? Mentions = null) : MessageEvent(SenderId);

/// <summary>The earlier content stays in the history of the message.</summary>
[EventType("message.edited")]
public sealed record MessageEdited(UserId SenderId, MessageId MessageId, Sensitive<MessageContent> Content) : MessageEvent(SenderId);

/// <summary>Its content, and that of its history, is shown to nobody any more.</summary>
[EventType("message.deleted")]
public sealed record MessageDeleted(UserId SenderId, MessageId MessageId) : MessageEvent(SenderId);

/// <param name="Emoji">One, as the sender's keyboard gave it.</param>
[EventType("message.reacted")]
public sealed record MessageReacted(UserId SenderId, MessageId MessageId, string Emoji) : MessageEvent(SenderId);

[EventType("message.reaction_removed")]
public sealed record ReactionRemoved(UserId SenderId, MessageId MessageId, string Emoji) : MessageEvent(SenderId);

/// <summary>A moderator's decision about a message. It is no act of anybody in the conversation.</summary>
/// <param name="ActionId">The decision, as safety names it.</param>
public abstract record ModerationEvent(MessageId MessageId, Guid ActionId) : ConversationEvent;

/// <summary>What it says, and what it said before, is shown to nobody until it is reinstated.</summary>
[EventType("message.taken_down")]
public sealed record MessageTakenDown(MessageId MessageId, Guid ActionId) : ModerationEvent(MessageId, ActionId);

/// <summary>The last decision that kept it down was reversed: it is as if it had never been taken down.</summary>
[EventType("message.reinstated")]
public sealed record MessageReinstated(MessageId MessageId, Guid ActionId) : ModerationEvent(MessageId, ActionId);

/// <param name="MessageId">All up to this one has been read.</param>
/// <param name="Sequence">The message's own.</param>
/// <param name="IsPublic">The others see it too.</param>
[EventType("message.read")]
public sealed record MessageRead(UserId SenderId, MessageId MessageId, long Sequence, bool IsPublic) : MessageEvent(SenderId);
