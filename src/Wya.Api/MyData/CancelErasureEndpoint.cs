using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.MyData;

internal static class CancelErasureEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/erasure", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .TakesCommand(keyIsRequired: false)
        .Describe("CancelErasure", "Think better of being erased", "Everything stays as it is, and the ticket is void. Changes nothing when none is pending.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(IdentityLog identity, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        UserId caller = http.Caller().Id;
        bool isCancelled = false;
        IResult answer = await Command.Run(
            http,
            identity,
            User.Stream,
            caller.Value,
            user => CancelErasure.Decide(user, new CancelErasure(), now),
            content: null,
            answer: _ =>
            {
                isCancelled = true;
                return TypedResults.NoContent();
            }).ConfigureAwait(false);

        // Not on a repetition's word alone: it may be pending again since.
        if (isCancelled && await ErasuresTable.Of(identity.Database, caller, ct).ConfigureAwait(false) is null)
        {
            await ErasureReceipts.TakeTicketBack(identity.Database, caller, ct).ConfigureAwait(false);
        }

        return answer;
    }
}
