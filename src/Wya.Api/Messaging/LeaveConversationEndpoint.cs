using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <summary>One address for two use cases: oneself leaves, anybody else is removed.</summary>
internal static class LeaveConversationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/conversations/{id}/participants/{userId}", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "LeaveConversation",
            "Leave a group, or remove somebody from it",
            "Everybody may leave; whoever created the group may remove others. Who is out of it sees nothing of it any more. Who was not in it is answered alike.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(MessagingRefusals.ConversationNotFound, MessagingRefusals.NotAGroup, MessagingRefusals.NotYourGroup);

    private static async Task<IResult> Answer(Guid id, Guid userId, Gate gate, MessagingLog messaging, HttpContext http)
    {
        (Entry entry, Problem? problem) = await gate.Enter(http, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        var user = new UserId(userId);
        var removal = new RemoveParticipant(user);
        return await Command.Run(
            http,
            messaging,
            Conversation.Stream,
            id,
            conversation => user == entry.Self!.Id
                ? LeaveConversation.Decide(conversation, entry.Self, entry.Other)
                : RemoveParticipant.Decide(conversation, removal, entry.Self, entry.Other),
            content: null,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
