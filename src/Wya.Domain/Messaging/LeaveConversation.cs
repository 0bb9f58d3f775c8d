using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>
/// Out of a group, of one's own accord, whatever hides it by now. Who is not in it is told the same as who has just left,
/// whether or not there is such a group.
/// </summary>
public sealed record LeaveConversation
{
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(Conversation conversation, Chatter self, Relation? other)
    {
        if (conversation.Kind == ConversationKind.Direct)
        {
            return Writing.MayRead(conversation, self, other) ? MessagingRefusals.NotAGroup : Decision<ConversationEvent>.Nothing;
        }

        return conversation.Holds(self.Id) ? new ParticipantLeft(self.Id) : Decision<ConversationEvent>.Nothing;
    }
}
