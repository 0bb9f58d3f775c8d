using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Up to a message, this person has read. It never goes backwards.</summary>
/// <param name="IsPublic">The others may see it.</param>
public sealed record MarkRead(bool IsPublic)
{
    /// <param name="message">Null when the person finds no such message.</param>
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(
        Conversation conversation, MarkRead command, MessageInSight? message, Chatter self, Relation? other)
    {
        if (!Writing.MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        if (message is null)
        {
            return MessagingRefusals.MessageNotFound;
        }

        bool isThere = message.Sequence <= message.ReadSequence && (!command.IsPublic || message.Sequence <= message.PublicReadSequence);
        return isThere
            ? Decision<ConversationEvent>.Nothing
            : new MessageRead(self.Id, message.Id, message.Sequence, command.IsPublic);
    }
}
