using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <summary>What is done to a message that is there: its doer enters, looks for the message, and decides.</summary>
internal sealed class MessageCommand(Gate gate)
{
    /// <param name="decide">The message is null when the person finds none.</param>
    public async Task<IResult> Run(
        HttpContext http,
        Guid conversationId,
        Guid messageId,
        object? content,
        Func<Conversation, Entry, MessageInSight?, Decision<ConversationEvent>> decide)
    {
        (Entry entry, Problem? problem) = await gate.Enter(http, conversationId).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        MessagingLog messaging = Gate.PlaceOf(http);
        MessageInSight? message = entry.MayRead
            ? await MessagesInSight.Find(messaging.Database, entry.Self!.Id, conversationId, new MessageId(messageId), http.RequestAborted).ConfigureAwait(false)
            : null;
        return await Command.Run(
            http,
            messaging,
            Conversation.Stream,
            conversationId,
            conversation => decide(conversation, entry, message),
            content,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
