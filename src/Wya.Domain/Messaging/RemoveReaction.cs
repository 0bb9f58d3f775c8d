using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>To take a reaction back is no writing: whoever can read may do it.</summary>
public sealed record RemoveReaction(string Emoji)
{
    /// <param name="message">Null when the person finds no such message.</param>
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(
        Conversation conversation, RemoveReaction command, MessageInSight? message, Chatter self, Relation? other)
    {
        if (!Writing.MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        if (message is null)
        {
            return MessagingRefusals.MessageNotFound;
        }

        return message.OwnReactions.Contains(command.Emoji)
            ? new ReactionRemoved(self.Id, message.Id, command.Emoji)
            : Decision<ConversationEvent>.Nothing;
    }
}
