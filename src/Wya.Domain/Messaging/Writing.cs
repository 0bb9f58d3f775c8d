using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Who may read a conversation, and who may write in it: the same for messages, edits, reactions and typing.</summary>
public static class Writing
{
    /// <summary>It exists for this person. All that hides it is answered alike.</summary>
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static bool MayRead(Conversation conversation, Chatter self, Relation? other) =>
        conversation.Holds(self.Id)
        && (conversation.Kind == ConversationKind.Group ? self.AgeLayer == conversation.AgeLayer : other is not null && other.Meets(self));

    /// <returns>Null when they may.</returns>
    public static Refusal? Refuse(Conversation conversation, Chatter self, Relation? other, DateTimeOffset now)
    {
        if (self.IsMuted(now))
        {
            return MessagingRefusals.Muted; // before anything is said about the conversation
        }

        if (!MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        if (conversation.IsArchived)
        {
            return MessagingRefusals.ConversationArchived;
        }

        if (conversation.Kind == ConversationKind.Group)
        {
            return self.MayChatInGroups(now) ? null : MessagingRefusals.CapabilityMissing(Capability.ChatGroup);
        }

        if (!self.MayChatPrivately(now))
        {
            return MessagingRefusals.CapabilityMissing(Capability.ChatPrivate);
        }

        if (other!.Other!.IsErased)
        {
            return MessagingRefusals.RecipientGone;
        }

        if (other.AreFriends)
        {
            return null;
        }

        if (MessagingPolicy.For(self.AgeLayer).OnlyFriendsWrite)
        {
            return MessagingRefusals.FriendsOnly;
        }

        return conversation.Request is RequestState.Waiting or RequestState.Declined && conversation.CreatedBy == self.Id
            ? MessagingRefusals.RequestWaiting
            : null;
    }

    /// <summary>For what only the creator of a group does.</summary>
    /// <returns>Null when this person is it.</returns>
    public static Refusal? RefuseGroupOwner(Conversation conversation, Chatter self, Relation? other)
    {
        if (!MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        if (conversation.Kind == ConversationKind.Direct)
        {
            return MessagingRefusals.NotAGroup;
        }

        return conversation.CreatedBy == self.Id ? null : MessagingRefusals.NotYourGroup;
    }
}
