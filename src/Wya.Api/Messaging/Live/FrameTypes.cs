using Wya.Api.Around;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Presence.Events;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Messaging.Live;

/// <summary>One type of frame: what it is called, and what it says.</summary>
/// <param name="Data">The record of its data.</param>
/// <param name="HasId">It has a place in the log, and can be gone on from.</param>
internal sealed record FrameType(string Name, Type Data, bool HasId, string Summary);

/// <summary>Every type of frame, as clients know them; docs/reference/live.md explains each.</summary>
internal static class FrameTypes
{
    public const string Hello = "hello";
    public const string Gap = "gap";
    public const string Heartbeat = "heartbeat";
    public const string Typing = "typing";
    public const string PresenceChanged = "presence.changed";
    public const string Goodbye = "goodbye";
    public const string OverlayShown = "overlay.shown";
    public const string OverlayDismissed = "overlay.dismissed";

    public const string Created = "conversation.created";
    public const string Requested = "conversation.requested";
    public const string RequestAccepted = "conversation.request_accepted";
    public const string RequestDeclined = "conversation.request_declined";
    public const string ParticipantAdded = "conversation.participant_added";
    public const string ParticipantLeft = "conversation.participant_left";
    public const string Archived = "conversation.archived";
    public const string Muted = "conversation.muted";
    public const string Unmuted = "conversation.unmuted";
    public const string Sent = "message.sent";
    public const string Edited = "message.edited";
    public const string Deleted = "message.deleted";
    public const string TakenDown = "message.taken_down";
    public const string Reinstated = "message.reinstated";
    public const string Reacted = "message.reacted";
    public const string ReactionRemoved = "message.reaction_removed";
    public const string Read = "message.read";

    /// <summary>From here to clients.</summary>
    public static IReadOnlyList<FrameType> Down { get; } =
    [
        new(Hello, typeof(Hello), true, "The first frame: where the feed goes on from."),
        new(Created, typeof(CreatedData), true, "A conversation has begun."),
        new(Requested, typeof(ByData), true, "The first message of somebody who is no friend waits for an answer."),
        new(RequestAccepted, typeof(ByData), true, "The request was accepted."),
        new(RequestDeclined, typeof(ByData), true, "The request was declined; only who declined it is told."),
        new(ParticipantAdded, typeof(ParticipantAddedData), true, "Somebody takes part from now on."),
        new(ParticipantLeft, typeof(ParticipantLeftData), true, "Somebody takes part no more; for that person it is the last frame of the conversation."),
        new(Archived, typeof(ArchivedData), true, "Nothing more is written in the conversation."),
        new(Muted, typeof(UserData), true, "The person has muted the conversation for themselves; nobody else is told."),
        new(Unmuted, typeof(UserData), true, "The person has unmuted the conversation; nobody else is told."),
        new(Sent, typeof(MessageData), true, "A message was sent; it is shown as it is now."),
        new(Edited, typeof(MessageData), true, "A message was edited; it is shown as it is now."),
        new(Deleted, typeof(DeletedData), true, "A message was deleted."),
        new(TakenDown, typeof(DeletedData), true, "A moderator has taken a message down: nothing of it is shown."),
        new(Reinstated, typeof(MessageData), true, "That was taken back; the message is shown as it is now."),
        new(Reacted, typeof(ReactionData), true, "Somebody reacted to a message."),
        new(ReactionRemoved, typeof(ReactionData), true, "Somebody took a reaction back."),
        new(Read, typeof(ReadData), true, "Somebody has read up to a message; unless it is public, only they are told."),
        new(Typing, typeof(TypingData), false, "Somebody types, or does no longer."),
        new(PresenceChanged, typeof(PresenceChangedData), false, "A friend is there, or does something else, or has gone."),
        new(OverlayShown, typeof(OverlayShownData), false, "A kind word, for this person alone: to be laid over what is shown until they dismiss it."),
        new(OverlayDismissed, typeof(OverlayDismissedData), false, "They have dismissed it, on this device or another."),
        new(Heartbeat, typeof(HeartbeatData), false, "The connection is alive."),
        new(Gap, typeof(Gap), true, "Too much was missed to be told one by one: fetch it, the feed goes on after it."),
        new(Goodbye, typeof(Goodbye), false, "The last frame: why the connection ends."),
    ];

    /// <summary>From clients to here, over WebSocket.</summary>
    public static IReadOnlyList<FrameType> Up { get; } =
    [
        new(Heartbeat, typeof(HeartbeatData), false, "The client is alive. Needs no answer."),
        new(Typing, typeof(TypingUp), false, "The client's person types, or does no longer."),
        new(PresenceUp.Name, typeof(PresenceUp), false, "The client's person is there: a heartbeat of their presence, as over HTTP. With the status offline they leave."),
    ];
}

/// <param name="Position">Where the feed goes on from; the frame's own id.</param>
/// <param name="Resumed">It goes on from what the client asked for.</param>
internal sealed record Hello(string Position, bool Resumed);

/// <param name="From">What the client had.</param>
/// <param name="To">Where the feed goes on; the frame's own id.</param>
internal sealed record Gap(string From, string To, GapReason Reason);

internal enum GapReason
{
    AwayTooLong,
}

internal sealed record Goodbye(GoodbyeReason Reason);

internal enum GoodbyeReason
{
    /// <summary>Come back with a new token.</summary>
    TokenExpired,

    /// <summary>The session was ended: sign in again.</summary>
    SessionEnded,

    /// <summary>Suspended, banned, or resting before an erasure.</summary>
    Barred,

    /// <summary>The client took frames more slowly than they came: come back with the last id.</summary>
    SlowConsumer,

    /// <summary>The process stops: come back at once, another answers.</summary>
    Stopping,
}

internal sealed record HeartbeatData;

internal sealed record TypingData(ConversationId ConversationId, UserId UserId, bool IsTyping);

/// <param name="Type">typing.</param>
internal sealed record TypingUp(ConversationId ConversationId, bool IsTyping, string Type = FrameTypes.Typing);

/// <summary>As <c>GET /users/{id}/presence</c> answers a friend.</summary>
internal sealed record PresenceChangedData(UserId UserId, PresenceStatus Status, Activity? Activity = null, LocationTier? LocationTier = null, Guid? RoomId = null);

/// <summary>As <c>GET /me/overlays</c> lists it.</summary>
internal sealed record OverlayShownData(Guid InterventionId, InterventionKind Kind, string Title, string Text);

internal sealed record OverlayDismissedData(Guid InterventionId);

/// <param name="Type">presence.</param>
/// <param name="LocationIsOn">For this stay; only minors need it.</param>
internal sealed record PresenceUp(
    PresenceStatus? Status = null, Activity? Activity = null, Guid? RoomId = null, PositionReport? Position = null, bool? LocationIsOn = null,
    string Type = PresenceUp.Name)
{
    public const string Name = "presence";
}

/// <param name="Participants">Those whom the recipient meets.</param>
/// <param name="CreatedBy">Left out if the recipient does not meet them.</param>
/// <param name="Title">Of a group.</param>
internal sealed record CreatedData(
    ConversationId ConversationId, long Sequence, ConversationKind Kind, IReadOnlyList<UserId> Participants, bool IsRequest,
    UserId? CreatedBy = null, string? Title = null);

internal sealed record ByData(ConversationId ConversationId, long Sequence, UserId By);

internal sealed record UserData(ConversationId ConversationId, long Sequence, UserId UserId);

/// <param name="AddedBy">Left out if the recipient does not meet them.</param>
internal sealed record ParticipantAddedData(ConversationId ConversationId, long Sequence, UserId UserId, UserId? AddedBy = null);

/// <param name="RemovedBy">Left out if they went of their own accord.</param>
internal sealed record ParticipantLeftData(ConversationId ConversationId, long Sequence, UserId UserId, UserId? RemovedBy = null);

/// <param name="ArchivedBy">Left out if the recipient does not meet them.</param>
internal sealed record ArchivedData(ConversationId ConversationId, long Sequence, UserId? ArchivedBy = null);

/// <param name="Sequence">Of this event; the message has its own.</param>
internal sealed record MessageData(ConversationId ConversationId, long Sequence, MessageAnswer Message);

internal sealed record DeletedData(ConversationId ConversationId, long Sequence, MessageId MessageId);

internal sealed record ReactionData(ConversationId ConversationId, long Sequence, MessageId MessageId, UserId SenderId, string Emoji);

/// <param name="Sequence">Of this event.</param>
/// <param name="ReadSequence">Of the message.</param>
internal sealed record ReadData(ConversationId ConversationId, long Sequence, UserId SenderId, MessageId MessageId, long ReadSequence, bool IsPublic);
