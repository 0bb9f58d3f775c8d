using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowHoldsEndpoint
{
    /// <param name="Items">Oldest first.</param>
    internal sealed record Holds(IReadOnlyList<Hold> Items);

    /// <param name="Status">proposed, placed or ended.</param>
    /// <param name="Ground">Left out when its key is destroyed.</param>
    /// <param name="IsMine">Whether the caller proposed it, and another must agree.</param>
    internal sealed record Hold(Guid HoldId, string Class, string Status, DateTimeOffset ProposedAt, DateTimeOffset Until, bool IsMine, string? Ground = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/cases/{id}/holds", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .RecordsView(ViewKind.Holds)
        .Describe("ShowHolds", "Show a case's legal holds", "All there ever were, with their grounds.")
        .Produces<Holds>()
        .ForExample(answer: new Holds([new Hold(Guid.Empty, "court_order", "placed", ExamplePeople.Then, ExamplePeople.Then.AddDays(90), true, "Order 12 of the district court.")]));

    private static async Task<IResult> Answer(SafetyLog safety, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        CaseInSight entered = http.CaseInSight();
        DateTimeOffset now = clock.GetUtcNow();
        List<Hold> holds = [];
        foreach (HoldRow row in await HoldsTable.OfCase(safety.Database, new CaseId(entered.CaseId), ct).ConfigureAwait(false))
        {
            holds.Add(new Hold(
                row.HoldId,
                row.Class,
                row.StandsAt(now) ? "placed" : row.EndedAt is not null || row.Until <= now ? "ended" : "proposed",
                row.ProposedAt,
                row.Until,
                row.ProposedBy == entered.Moderator.Ref,
                await SealedWords.Open<string>(safety.Database, row.Ground, entered.CaseId, ct).ConfigureAwait(false)));
        }

        return TypedResults.Ok(new Holds(holds));
    }
}
