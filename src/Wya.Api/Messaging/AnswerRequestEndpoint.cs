using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class AnswerRequestEndpoint
{
    /// <param name="Accept">False declines.</param>
    internal sealed record Body(bool Accept);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/conversations/{id}/request", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "AnswerRequest",
            "Accept or decline a request",
            "Of somebody who is no friend. They are not told of a decline, and it can still be accepted later.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(true))
        .Refuses(MessagingRefusals.ConversationNotFound, MessagingRefusals.NoRequest);

    private static async Task<IResult> Answer(Guid id, Body body, Gate gate, MessagingLog messaging, HttpContext http)
    {
        (Entry entry, Problem? problem) = await gate.Enter(http, id).ConfigureAwait(false);
        var command = new AnswerRequest(body.Accept);
        return problem ?? await Command.Run(
            http,
            messaging,
            Conversation.Stream,
            id,
            conversation => AnswerRequest.Decide(conversation, command, entry.Self!, entry.Other),
            content: body,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
