using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

public sealed record ReactToMessage(string Emoji)
{
    /// <param name="message">Null when the person finds no such message.</param>
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(
        Conversation conversation, ReactToMessage command, MessageInSight? message, Chatter self, Relation? other, DateTimeOffset now)
    {
        if (Writing.Refuse(conversation, self, other, now) is { } refused)
        {
            return refused;
        }

        if (message is null)
        {
            return MessagingRefusals.MessageNotFound;
        }

        if (message.IsDeleted)
        {
            return MessagingRefusals.MessageDeleted;
        }

        if (message.IsTakenDown)
        {
            return MessagingRefusals.MessageTakenDown;
        }

        if (!Messaging.Emoji.IsOne(command.Emoji))
        {
            return MessagingRefusals.EmojiInvalid;
        }

        if (message.OwnReactions.Contains(command.Emoji))
        {
            return Decision<ConversationEvent>.Nothing;
        }

        return message.OwnReactions.Count < MessagingPolicy.ReactionsOfOneMax
            ? new MessageReacted(self.Id, message.Id, command.Emoji)
            : MessagingRefusals.TooManyReactions;
    }
}
