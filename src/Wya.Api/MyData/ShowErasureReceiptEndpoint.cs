using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Projections.Identity;

namespace Wya.Api.MyData;

internal static class ShowErasureReceiptEndpoint
{
    /// <param name="Status">pending or issued.</param>
    /// <param name="DueAt">When the erasure is or was due.</param>
    /// <param name="Receipt">Once it is issued: a compact JWS, signed with the key at /erasure-receipts/key.</param>
    internal sealed record ReceiptAnswer(string Status, DateTimeOffset? DueAt = null, string? Receipt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/erasure-receipts/{ticket}", Answer)
        .AllowAnyone()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ShowErasureReceipt",
            "Fetch the receipt of an erasure",
            "For whoever holds the ticket, for ever. It lists each store, what was found there, and what is left.")
        .Produces<ReceiptAnswer>()
        .Produces<ReceiptAnswer>(StatusCodes.Status202Accepted)
        .ForExample(answer: new ReceiptAnswer("issued", ExamplePeople.Then, "eyJhbGciOiJFUzI1NiJ9.eyJmb3JtYXQiOiJ3eWEtZXJhc3VyZS1yZWNlaXB0In0.c2lnbmF0dXJl"))
        .Refuses(Problems.ReceiptUnknown);

    private static async Task<IResult> Answer(string ticket, IdentityLog identity, CancellationToken ct) =>
        await ErasureReceipts.Claim(identity.Database, Receipts.Digest(ticket), ct).ConfigureAwait(false) switch
        {
            { Receipt: { } receipt } issued => TypedResults.Ok(new ReceiptAnswer("issued", issued.DueAt, receipt)),
            { DueAt: { } due } => TypedResults.Accepted((string?)null, new ReceiptAnswer("pending", due)),
            _ => Problems.ReceiptUnknown,
        };
}
