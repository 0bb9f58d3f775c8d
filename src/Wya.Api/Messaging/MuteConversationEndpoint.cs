using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class MuteConversationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/conversations/{id}/mute", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "MuteConversation",
            "Mute a conversation",
            "For oneself: it is marked as muted in one's own lists. Nobody else is told.")
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
            conversation => MuteConversation.Decide(conversation, entry.Self!, entry.Other),
            content: null,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
