using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Everybody in a group may bring somebody, who sees what follows from then on.</summary>
public sealed record AddParticipant
{
    /// <param name="other">What stands between who adds and who is added.</param>
    public static Decision<ConversationEvent> Decide(
        Conversation conversation, Chatter self, Relation? direct, Relation other, DateTimeOffset now)
    {
        if (conversation.Kind == ConversationKind.Direct && Writing.MayRead(conversation, self, direct))
        {
            return MessagingRefusals.NotAGroup;
        }

        if (Writing.Refuse(conversation, self, direct, now) is { } refused)
        {
            return refused;
        }

        if (!other.Meets(self))
        {
            return MessagingRefusals.PersonNotFound; // even if they are in it: it would tell of a block
        }

        if (conversation.Holds(other.Other!.Id))
        {
            return Decision<ConversationEvent>.Nothing;
        }

        if (!other.CanBeApproachedBy(self))
        {
            return MessagingRefusals.PersonNotFound;
        }

        if (!other.AreFriends && MessagingPolicy.For(self.AgeLayer).OnlyFriendsWrite)
        {
            return MessagingRefusals.FriendsOnly;
        }

        return conversation.Participants.Count < MessagingPolicy.ParticipantsMax
            ? new ParticipantAdded(other.Other.Id, self.Id)
            : MessagingRefusals.GroupFull;
    }
}
