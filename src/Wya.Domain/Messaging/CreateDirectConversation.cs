using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Whoever of the two comes first, and however often: each pair has one conversation.</summary>
public sealed record CreateDirectConversation
{
    public static Decision<ConversationEvent> Decide(Conversation conversation, Chatter starter, Relation other, DateTimeOffset now)
    {
        if (starter.IsMuted(now))
        {
            return MessagingRefusals.Muted;
        }

        if (!starter.MayChatPrivately(now))
        {
            return MessagingRefusals.CapabilityMissing(Capability.ChatPrivate);
        }

        if (other.Other?.Id == starter.Id)
        {
            return MessagingRefusals.OneselfNotOther;
        }

        if (conversation.IsThere && Writing.MayRead(conversation, starter, other))
        {
            return Decision<ConversationEvent>.Nothing;
        }

        if (conversation.IsThere || !other.CanBeApproachedBy(starter))
        {
            return MessagingRefusals.PersonNotFound;
        }

        if (!other.AreFriends && MessagingPolicy.For(starter.AgeLayer).OnlyFriendsWrite)
        {
            return MessagingRefusals.FriendsOnly;
        }

        return new ConversationCreated(
            ConversationKind.Direct, starter.AgeLayer, starter.Id, [starter.Id, other.Other!.Id], IsRequest: !other.AreFriends);
    }
}
