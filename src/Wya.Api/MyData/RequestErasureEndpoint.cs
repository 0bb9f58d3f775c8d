using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.MyData;

internal static class RequestErasureEndpoint
{
    /// <param name="DueAt">Until then it can be cancelled.</param>
    /// <param name="ReceiptTicket">Whoever holds it can fetch the receipt, without a token. It is told here and never again; the last one counts.</param>
    internal sealed record PendingErasure(DateTimeOffset DueAt, string ReceiptTicket);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "RequestErasure",
            "Ask to be erased",
            "After a time of grace, in which it can be cancelled, everything about the caller becomes unreadable for ever. Asked again, it stays due when it was, and the answer carries a new ticket.")
        .Produces<PendingErasure>(StatusCodes.Status202Accepted)
        .ForExample(answer: new PendingErasure(ExamplePeople.Then.AddDays(30), "0Jg7cVh0vK1n2mQx5b8y3w6z9t4r1e7q2u5i8o0p3a4"))
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(IdentityLog identity, Settings settings, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        UserId caller = http.Caller().Id;
        var command = new RequestErasure(settings.ErasureGrace);
        DateTimeOffset? due = null;
        IResult answer = await Command.Run(
            http,
            identity,
            User.Stream,
            caller.Value,
            user => RequestErasure.Decide(user, command, now),
            content: null,
            answer: done =>
            {
                due = done.State.ErasureDueAt;
                return TypedResults.Accepted("/me/erasure");
            }).ConfigureAwait(false);
        if (due is not { } dueAt)
        {
            return answer;
        }

        string ticket = Receipts.NewTicket();
        await ErasureReceipts.GiveTicket(identity.Database, caller, Receipts.Digest(ticket), ct).ConfigureAwait(false);
        return TypedResults.Accepted("/me/erasure", new PendingErasure(dueAt, ticket));
    }
}
