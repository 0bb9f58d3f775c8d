using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <param name="ReplyTo">Has been found in the conversation.</param>
/// <param name="Mentions">Each once.</param>
public sealed record SendMessage(
    MessageKind Kind, MessageContent Content, MessageId? ReplyTo = null, IReadOnlyList<UserId>? Mentions = null)
{
    /// <param name="sender">As messaging knows them now.</param>
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(
        Conversation conversation, SendMessage command, Chatter sender, Relation? other, DateTimeOffset now)
    {
        if (Writing.Refuse(conversation, sender, other, now) is { } refused)
        {
            return refused;
        }

        if (ContentRules.Refuse(command.Kind, command.Content) is { } unfit)
        {
            return unfit;
        }

        IReadOnlyList<UserId> mentions = command.Mentions ?? [];
        if (mentions.Count > MessagingPolicy.MentionsMax || mentions.Distinct().Count() < mentions.Count || !mentions.All(conversation.Holds))
        {
            return MessagingRefusals.MentionsInvalid;
        }

        var sent = new MessageSent(
            sender.Id,
            command.Kind,
            new Sensitive<MessageContent>(sender.Id.Value, command.Content),
            command.ReplyTo,
            mentions.Count == 0 ? null : mentions);
        return conversation.Request switch
        {
            RequestState.None => sent,
            _ when conversation.CreatedBy != sender.Id => Decision<ConversationEvent>.Record(sent, new RequestAccepted(sender.Id)),
            RequestState.Open when !other!.AreFriends => Decision<ConversationEvent>.Record(sent, new ConversationRequested(sender.Id)),
            _ => sent,
        };
    }
}
