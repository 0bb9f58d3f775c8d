using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class AddParticipantEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/conversations/{id}/participants/{userId}", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "AddParticipant",
            "Add somebody to a group",
            "Everybody in a group may. Who is added sees what follows from then on; who was in it before, likewise.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(
            MessagingRefusals.ConversationNotFound, MessagingRefusals.PersonNotFound, MessagingRefusals.NotAGroup, MessagingRefusals.GroupFull,
            MessagingRefusals.ConversationArchived, MessagingRefusals.FriendsOnly, MessagingRefusals.Muted,
            MessagingRefusals.CapabilityMissing(Capability.ChatGroup));

    private static async Task<IResult> Answer(Guid id, Guid userId, Gate gate, MessagingLog messaging, TimeProvider clock, HttpContext http)
    {
        Task<Entry> asked = gate.Ask(new EntryQuestion(http.ChatterId().Value, null, userId));
        (Entry entry, Problem? problem) = await gate.Enter(http, id).ConfigureAwait(false);
        Entry pair = await asked.WaitAsync(http.RequestAborted).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        DateTimeOffset now = clock.GetUtcNow();
        return await Command.Run(
            http,
            messaging,
            Conversation.Stream,
            id,
            conversation => AddParticipant.Decide(conversation, entry.Self!, entry.Other, pair.Other!, now),
            content: null,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
