using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <param name="Accept">False declines, of which the other one is not told; it can still be accepted later.</param>
public sealed record AnswerRequest(bool Accept)
{
    /// <param name="other">What stands between the two.</param>
    public static Decision<ConversationEvent> Decide(Conversation conversation, AnswerRequest command, Chatter self, Relation? other)
    {
        if (!Writing.MayRead(conversation, self, other))
        {
            return MessagingRefusals.ConversationNotFound;
        }

        if (conversation.Kind == ConversationKind.Group || conversation.CreatedBy == self.Id)
        {
            return MessagingRefusals.NoRequest;
        }

        return (conversation.Request, command.Accept) switch
        {
            (RequestState.Waiting or RequestState.Declined, true) => new RequestAccepted(self.Id),
            (RequestState.Waiting, false) => new RequestDeclined(self.Id),
            (RequestState.None, true) or (RequestState.Declined, false) => Decision<ConversationEvent>.Nothing,
            _ => MessagingRefusals.NoRequest,
        };
    }
}
