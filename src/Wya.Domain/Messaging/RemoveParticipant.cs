using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Whoever created a group may take others out of it. Whether they were in it is not said.</summary>
public sealed record RemoveParticipant(UserId UserId)
{
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(Conversation conversation, RemoveParticipant command, Chatter self, Relation? other)
    {
        if (Writing.RefuseGroupOwner(conversation, self, other) is { } refused)
        {
            return refused;
        }

        return conversation.Holds(command.UserId) ? new ParticipantLeft(command.UserId, self.Id) : Decision<ConversationEvent>.Nothing;
    }
}
