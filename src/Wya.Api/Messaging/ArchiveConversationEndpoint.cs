using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class ArchiveConversationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/conversations/{id}/archive", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "ArchiveConversation",
            "Archive a group",
            "By whoever created it: nobody writes in it any more, and everybody in it can still read it.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(MessagingRefusals.ConversationNotFound, MessagingRefusals.NotAGroup, MessagingRefusals.NotYourGroup);

    private static async Task<IResult> Answer(Guid id, Gate gate, MessagingLog messaging, HttpContext http)
    {
        (Entry entry, Problem? problem) = await gate.Enter(http, id).ConfigureAwait(false);
        return problem ?? await Command.Run(
            http,
            messaging,
            Conversation.Stream,
            id,
            conversation => ArchiveConversation.Decide(conversation, entry.Self!, entry.Other),
            content: null,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
