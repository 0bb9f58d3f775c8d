using System.Globalization;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Every reason for which messaging turns a command down. Codes are published and never change their meaning.</summary>
public static class MessagingRefusals
{
    /// <summary>Also for who is not met: other layers, blocks, and people who have left, all alike.</summary>
    public static Refusal ConversationNotFound { get; } = new(
        "conversation-not-found", "There is no such conversation.", RefusalKind.NotFound);

    /// <summary>Also for a person of another layer, or one between whom and the caller there is a block.</summary>
    public static Refusal PersonNotFound { get; } = new(
        "user-not-found", "There is no such user.", RefusalKind.NotFound);

    public static Refusal MessageNotFound { get; } = new(
        "message-not-found", "There is no such message in this conversation.", RefusalKind.NotFound);

    public static Refusal ConversationArchived { get; } = new(
        "conversation-archived", "This conversation is archived; it can be read, and nothing is written in it any more.", RefusalKind.Conflict);

    /// <summary>Also when the request was declined.</summary>
    public static Refusal RequestWaiting { get; } = new(
        "request-waiting", "Your first message waits until the other one accepts it.", RefusalKind.Conflict);

    public static Refusal NoRequest { get; } = new(
        "no-request", "There is no request to you in this conversation.", RefusalKind.Conflict);

    public static Refusal FriendsOnly { get; } = new(
        "friends-only", "At your age only friends write to each other.", RefusalKind.Forbidden);

    public static Refusal Muted { get; } = new(
        "muted", "You are muted for now: you can read, and not write.", RefusalKind.Forbidden);

    public static Refusal RecipientGone { get; } = new(
        "recipient-gone", "The other one has left this place for good.", RefusalKind.Conflict);

    public static Refusal NotYourMessage { get; } = new(
        "not-your-message", "Only who wrote a message changes or deletes it.", RefusalKind.Forbidden);

    public static Refusal NotYourGroup { get; } = new(
        "not-your-group", "Only who created the group does this.", RefusalKind.Forbidden);

    public static Refusal NotAGroup { get; } = new(
        "not-a-group", "This is a conversation between two; it has no members to add, remove or archive.", RefusalKind.Conflict);

    public static Refusal GroupFull { get; } = new(
        "group-full",
        string.Create(CultureInfo.InvariantCulture, $"A group has at most {MessagingPolicy.ParticipantsMax} people."),
        RefusalKind.Conflict);

    public static Refusal GroupInvalid { get; } = new(
        "group-invalid",
        string.Create(CultureInfo.InvariantCulture, $"A group begins with 1 to {MessagingPolicy.ParticipantsMax - 1} others, and a title of at most {MessagingPolicy.TitleCharactersMax} characters."),
        RefusalKind.Invalid);

    public static Refusal OneselfNotOther { get; } = new(
        "oneself-not-other", "A conversation is with somebody else.", RefusalKind.Invalid);

    public static Refusal MessageIdInvalid { get; } = new(
        "message-id-invalid", "A message id is a random uuid of version 4 or 7, made by the sender's client.", RefusalKind.Invalid);

    public static Refusal MessageIdReused { get; } = new(
        "message-id-reused", "Another message was sent under this id; take a new one.", RefusalKind.Invalid);

    public static Refusal MessageDeleted { get; } = new(
        "message-deleted", "This message has been deleted.", RefusalKind.Conflict);

    public static Refusal MessageTakenDown { get; } = new(
        "message-taken-down", "This message was taken down by a moderator; its author finds why, and how to appeal, in their record.", RefusalKind.Conflict);

    public static Refusal ReplyUnknown { get; } = new(
        "reply-unknown", "The message that this replies to is not in this conversation.", RefusalKind.Invalid);

    public static Refusal MentionsInvalid { get; } = new(
        "mentions-invalid",
        string.Create(CultureInfo.InvariantCulture, $"A message mentions at most {MessagingPolicy.MentionsMax} people, each a participant, each once."),
        RefusalKind.Invalid);

    public static Refusal EmojiInvalid { get; } = new(
        "emoji-invalid", "A reaction is one emoji.", RefusalKind.Invalid);

    public static Refusal TooManyReactions { get; } = new(
        "too-many-reactions",
        string.Create(CultureInfo.InvariantCulture, $"One person gives a message at most {MessagingPolicy.ReactionsOfOneMax} different reactions."),
        RefusalKind.Conflict);

    public static IReadOnlyList<Refusal> All { get; } =
    [
        ConversationNotFound, PersonNotFound, MessageNotFound, ConversationArchived, RequestWaiting, NoRequest, FriendsOnly, Muted, RecipientGone,
        NotYourMessage, NotYourGroup, NotAGroup, GroupFull, GroupInvalid, OneselfNotOther, MessageIdInvalid, MessageIdReused, MessageDeleted,
        MessageTakenDown, ReplyUnknown, MentionsInvalid, EmojiInvalid, TooManyReactions, ContentInvalid("A text has 1 to 10000 characters."), CapabilityMissing("chat.private"),
    ];

    /// <param name="why">One sentence that says which rule the content breaks.</param>
    public static Refusal ContentInvalid(string why) => new("content-invalid", why, RefusalKind.Invalid);

    /// <summary>As the same lack is answered everywhere.</summary>
    public static Refusal CapabilityMissing(string capability) =>
        new("capability-missing", $"This needs the capability '{capability}'.", RefusalKind.Forbidden);
}
