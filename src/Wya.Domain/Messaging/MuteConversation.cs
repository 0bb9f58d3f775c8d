using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>For oneself: what is new here calls no attention. Nobody else is told.</summary>
public sealed record MuteConversation
{
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(Conversation conversation, Chatter self, Relation? other)
    {
        if (!Writing.MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        return conversation.Muted.Contains(self.Id) ? Decision<ConversationEvent>.Nothing : new ConversationMuted(self.Id);
    }
}
