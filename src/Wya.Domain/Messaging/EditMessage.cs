using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Its author says it otherwise. What it said before stays in its history; of which kind it is never changes.</summary>
public sealed record EditMessage(MessageContent Content)
{
    /// <param name="message">Null when the editor finds no such message.</param>
    /// <param name="other">In a direct conversation: what stands between the two.</param>
    public static Decision<ConversationEvent> Decide(
        Conversation conversation, EditMessage command, MessageInSight? message, Chatter editor, Relation? other, DateTimeOffset now)
    {
        if (Writing.Refuse(conversation, editor, other, now) is { } refused)
        {
            return refused;
        }

        if (message is null)
        {
            return MessagingRefusals.MessageNotFound;
        }

        if (message.SenderId != editor.Id)
        {
            return MessagingRefusals.NotYourMessage;
        }

        if (message.IsDeleted)
        {
            return MessagingRefusals.MessageDeleted;
        }

        if (message.IsTakenDown)
        {
            return MessagingRefusals.MessageTakenDown;
        }

        if (ContentRules.Refuse(message.Kind, command.Content) is { } unfit)
        {
            return unfit;
        }

        return command.Content == message.Content
            ? Decision<ConversationEvent>.Nothing
            : new MessageEdited(editor.Id, message.Id, new Sensitive<MessageContent>(editor.Id.Value, command.Content));
    }
}
