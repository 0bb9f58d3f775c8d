using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;

namespace Wya.Api.Messaging;

internal static class WritingProblems
{
    /// <summary>What everybody may meet who writes in a conversation.</summary>
    public static RouteHandlerBuilder RefusesWriting(this RouteHandlerBuilder endpoint) => endpoint.Refuses(
        [
            .. new[]
            {
                MessagingRefusals.ConversationArchived, MessagingRefusals.RequestWaiting, MessagingRefusals.FriendsOnly, MessagingRefusals.Muted,
                MessagingRefusals.RecipientGone, MessagingRefusals.CapabilityMissing(Capability.ChatGroup),
            }.Select(Problem.Of),
        ]);
}
