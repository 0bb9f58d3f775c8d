using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Its author takes it back. That is no writing: who may not write any more may still do it, as long as they can read.</summary>
public sealed record DeleteMessage
{
    /// <param name="message">Null when the person finds no such message.</param>
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(Conversation conversation, MessageInSight? message, Chatter self, Relation? other)
    {
        if (!Writing.MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        if (message is null)
        {
            return MessagingRefusals.MessageNotFound;
        }

        if (message.SenderId != self.Id)
        {
            return MessagingRefusals.NotYourMessage;
        }

        return message.IsDeleted ? Decision<ConversationEvent>.Nothing : new MessageDeleted(self.Id, message.Id);
    }
}
