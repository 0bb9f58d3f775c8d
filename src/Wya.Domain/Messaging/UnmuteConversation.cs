using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

public sealed record UnmuteConversation
{
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(Conversation conversation, Chatter self, Relation? other)
    {
        if (!Writing.MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        return conversation.Muted.Contains(self.Id) ? new ConversationUnmuted(self.Id) : Decision<ConversationEvent>.Nothing;
    }
}
