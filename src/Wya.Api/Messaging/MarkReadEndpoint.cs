using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;

namespace Wya.Api.Messaging;

internal static class MarkReadEndpoint
{
    /// <param name="MessageId">All up to this one has been read.</param>
    /// <param name="IsPublic">The others may see it; true unless said otherwise.</param>
    internal sealed record Body(MessageId MessageId, bool IsPublic = true);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/conversations/{id}/read", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "MarkRead",
            "Mark a conversation read up to a message",
            "It never goes backwards. Whoever can read may do it.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(ExampleTalk.Message))
        .Refuses(MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageNotFound);

    private static Task<IResult> Answer(Guid id, Body body, MessageCommand command, HttpContext http)
    {
        var mark = new MarkRead(body.IsPublic);
        return command.Run(http, id, body.MessageId.Value, body, (conversation, entry, message) =>
            MarkRead.Decide(conversation, mark, message, entry.Self!, entry.Other));
    }
}
