using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;

namespace Wya.Api.Messaging;

internal static class ReactToMessageEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/conversations/{id}/messages/{messageId}/reactions/{emoji}", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "ReactToMessage",
            "React to a message",
            "With one emoji, each once; at most 20 different ones by one person to one message.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(
            MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageNotFound, MessagingRefusals.MessageDeleted, MessagingRefusals.EmojiInvalid,
            MessagingRefusals.TooManyReactions)
        .RefusesWriting();

    private static Task<IResult> Answer(Guid id, Guid messageId, string emoji, MessageCommand command, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var reaction = new ReactToMessage(emoji);
        return command.Run(http, id, messageId, null, (conversation, entry, message) =>
            ReactToMessage.Decide(conversation, reaction, message, entry.Self!, entry.Other, now));
    }
}
