using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Whoever created a group may close it: it is read from then on, and not written.</summary>
public sealed record ArchiveConversation
{
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(Conversation conversation, Chatter self, Relation? other)
    {
        if (Writing.RefuseGroupOwner(conversation, self, other) is { } refused)
        {
            return refused;
        }

        return conversation.IsArchived ? Decision<ConversationEvent>.Nothing : new ConversationArchived(self.Id);
    }
}
