using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;

namespace Wya.Api.Messaging;

internal static class RemoveReactionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/conversations/{id}/messages/{messageId}/reactions/{emoji}", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "RemoveReaction",
            "Take a reaction back",
            "One's own. Where there is none it is answered alike. Also where one may not write any more.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageNotFound);

    private static Task<IResult> Answer(Guid id, Guid messageId, string emoji, MessageCommand command, HttpContext http)
    {
        var removal = new RemoveReaction(emoji);
        return command.Run(http, id, messageId, null, (conversation, entry, message) =>
            RemoveReaction.Decide(conversation, removal, message, entry.Self!, entry.Other));
    }
}
