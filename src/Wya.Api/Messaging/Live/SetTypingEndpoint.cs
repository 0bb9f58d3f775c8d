using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.EventStore;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging.Live;

internal static class SetTypingEndpoint
{
    /// <param name="IsTyping">Say it again every few seconds for as long as it is true; it ends by itself after six.</param>
    internal sealed record Body(bool IsTyping);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/conversations/{id}/typing", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .Describe("SetTyping", "Say that you type, or do no longer", "Never stored: the others who are connected at this moment are told. It ends by itself, and with a message.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(true))
        .Refuses(MessagingRefusals.ConversationNotFound)
        .RefusesWriting();

    private static async Task<IResult> Answer(Guid id, Body body, Gate gate, TypingRoom typing, TimeProvider clock, HttpContext http)
    {
        (Entry entry, Problem? problem) = await gate.Enter(http, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        if (Refuse(entry, clock.GetUtcNow()) is { } refusal)
        {
            return Problem.Of(refusal);
        }

        typing.Say(new TypingNotice(id, entry.Self!.Id.Value, body.IsTyping));
        return TypedResults.NoContent();
    }

    /// <summary>Who may write may type.</summary>
    public static Refusal? Refuse(Entry entry, DateTimeOffset now) =>
        Writing.Refuse(entry.Conversation ?? Conversation.NotCreated, entry.Self!, entry.Other, now);
}
