using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class UnmuteConversationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/conversations/{id}/mute", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "UnmuteConversation",
            "Unmute a conversation",
            "Undoes muting it.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(MessagingRefusals.ConversationNotFound);

    private static async Task<IResult> Answer(Guid id, Gate gate, MessagingLog messaging, HttpContext http)
    {
        (Entry entry, Problem? problem) = await gate.Enter(http, id).ConfigureAwait(false);
        return problem ?? await Command.Run(
            http,
            messaging,
            Conversation.Stream,
            id,
            conversation => UnmuteConversation.Decide(conversation, entry.Self!, entry.Other),
            content: null,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
