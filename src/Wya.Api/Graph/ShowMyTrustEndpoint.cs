using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;
using Wya.EventStore;

namespace Wya.Api.Graph;

internal static class ShowMyTrustEndpoint
{
    /// <summary>The caller's score, and all that it follows from.</summary>
    /// <param name="Score">0 to 1; the sum of the contributions, exactly.</param>
    /// <param name="Neutral">Where everybody starts.</param>
    /// <param name="CountsNext">When what happens in this month will count.</param>
    internal sealed record MyTrust(
        decimal Score, decimal Neutral, IReadOnlyList<ExplainedFactor> Factors, DateTimeOffset CountsNext, string Influence)
    {
        public static MyTrust Of(TrustExplanation explained, DateTimeOffset now) => new(
            explained.Score,
            TrustExplanation.Neutral,
            explained.Factors,
            new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1),
            "It moves you up or down a little where people are shown together. It never leaves you out, and takes nothing away.");
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/trust", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ShowMyTrust",
            "Show my trust score, and why",
            "The score, each of its five factors with its weight and contribution, what moved it, how it fades, and what would raise it. Nobody else is shown it.")
        .Produces<MyTrust>()
        .ForExample(answer: MyTrust.Of(TrustExplanation.Of(TrustLedger.Neutral, ExamplePeople.Then), ExamplePeople.Then));

    private static async Task<IResult> Answer(GraphLog graph, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        (TrustLedger ledger, _) = await graph.Store.Load(TrustLedger.Stream, TrustLedger.StreamOf(http.Caller().Id), ct: ct).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        return TypedResults.Ok(MyTrust.Of(TrustExplanation.Of(ledger, now), now));
    }
}
