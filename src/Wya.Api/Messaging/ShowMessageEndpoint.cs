using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class ShowMessageEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations/{id}/messages/{messageId}", Answer)
        .RequireChatter()
        .AnswersFromHeadSeen()
        .Describe("ShowMessage", "Show a message", "As it is now. Of a deleted one, and of one whose author is erased, only that it was there.")
        .Produces<MessageAnswer>()
        .ForExample(answer: ExampleTalk.Said)
        .Refuses(MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageNotFound);

    private static async Task<IResult> Answer(Guid id, Guid messageId, Gate gate, MessagingLog messaging, HttpContext http)
    {
        (Entry entry, Problem? problem) = await gate.EnterToRead(http, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        MessageView? view = await MessageWindows.One(
            messaging.Database, http.ChatterId().Value, id, entry.JoinedSequence, messageId, http.RequestAborted).ConfigureAwait(false);
        return view is null ? Problem.Of(MessagingRefusals.MessageNotFound) : TypedResults.Ok(MessageAnswer.Of(view));
    }
}
