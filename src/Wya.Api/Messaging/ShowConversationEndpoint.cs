using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class ShowConversationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations/{id}", Answer)
        .RequireChatter()
        .AnswersFromHeadSeen()
        .Describe("ShowConversation", "Show a conversation", "With all its people.")
        .Produces<ConversationAnswer>()
        .ForExample(answer: ExampleTalk.Shown)
        .Refuses(MessagingRefusals.ConversationNotFound);

    private static async Task<IResult> Answer(Guid id, Gate gate, MessagingLog messaging, HttpContext http)
    {
        (_, Problem? problem) = await gate.EnterToRead(http, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        ConversationView? view = await ConversationLists.One(messaging.Database, http.ChatterId().Value, id, http.RequestAborted).ConfigureAwait(false);
        return view is null ? Problem.Of(MessagingRefusals.ConversationNotFound) : TypedResults.Ok(ConversationAnswer.Of(view));
    }
}
