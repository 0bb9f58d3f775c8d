using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class ShowMessagesEndpoint
{
    /// <param name="Items">By sequence, ascending.</param>
    /// <param name="Before">Send it back as <c>before</c> for older ones; left out when there are none.</param>
    /// <param name="After">Send it back as <c>after</c> for newer ones; left out when there are none yet.</param>
    internal sealed record Messages(IReadOnlyList<MessageAnswer> Items, long? Before = null, long? After = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations/{id}/messages", Answer)
        .RequireChatter()
        .AnswersFromHeadSeen()
        .Describe(
            "ShowMessages",
            "Show a conversation's messages",
            "The newest ones, or those before, after or around a sequence. Pages are bounded by sequences, so nothing moves in them while people write.")
        .Produces<Messages>()
        .ForExample(answer: new Messages([ExampleTalk.Said], 42))
        .Refuses(Problems.PageMalformed, Problem.Of(MessagingRefusals.ConversationNotFound));

    private static async Task<IResult> Answer(
        Guid id,
        Gate gate,
        MessagingLog messaging,
        HttpContext http,
        long? before = null,
        long? after = null,
        long? around = null,
        int limit = Limits.PageItemsDefault)
    {
        int asked = (before is null ? 0 : 1) + (after is null ? 0 : 1) + (around is null ? 0 : 1);
        if (asked > 1 || limit is < 1 or > Limits.PageItemsMax || before < 0 || after < 0 || around < 0)
        {
            return Problems.PageMalformed;
        }

        (Entry entry, Problem? problem) = await gate.EnterToRead(http, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        Guid reader = http.ChatterId().Value;
        CancellationToken ct = http.RequestAborted;
        long joined = entry.JoinedSequence;
        MessageWindow window = await ((before, after, around) switch
        {
            ({ } bound, _, _) => MessageWindows.Before(messaging.Database, reader, id, joined, bound, limit, ct),
            (_, { } bound, _) => MessageWindows.After(messaging.Database, reader, id, joined, bound, limit, ct),
            (_, _, { } middle) => MessageWindows.Around(messaging.Database, reader, id, joined, middle, limit, ct),
            _ => MessageWindows.Newest(messaging.Database, reader, id, joined, limit, ct),
        }).ConfigureAwait(false);
        return TypedResults.Ok(new Messages([.. window.Messages.Select(MessageAnswer.Of)], window.Before, window.After));
    }
}
