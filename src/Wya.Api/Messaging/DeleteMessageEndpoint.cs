using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;

namespace Wya.Api.Messaging;

internal static class DeleteMessageEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/conversations/{id}/messages/{messageId}", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "DeleteMessage",
            "Delete a message",
            "By its author: what it says, and said before, is shown to nobody any more. That there was one stays visible. Also where one may not write any more.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageNotFound, MessagingRefusals.NotYourMessage);

    private static Task<IResult> Answer(Guid id, Guid messageId, MessageCommand command, HttpContext http) =>
        command.Run(http, id, messageId, null, (conversation, entry, message) =>
            DeleteMessage.Decide(conversation, message, entry.Self!, entry.Other));
}
