using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowMyRecordEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/record", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromInline<SafetyLog>()
        .Describe(
            "ShowMyRecord",
            "Show what moderation knows and has decided about me",
            "The level and what it is made of, what moved it (never who), each decision with its whole statement and how to appeal, and what would improve it. "
            + "Also for people who are suspended or banned.")
        .Produces<MyRecord>()
        .ForExample(answer: MyRecordExample.Answer);

    private static async Task<IResult> Answer(SafetyLog safety, TimeProvider clock, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(await MyRecords.Read(safety.Database, safety.Store, http.Caller().Id, clock.GetUtcNow(), ct).ConfigureAwait(false));
}

internal static class MyRecordExample
{
    public static MyRecord Answer { get; } = new(
        RiskLevel.Guide,
        "Something was noticed of late. Nothing is restricted; now and then a kind word is shown.",
        0.36,
        [new MyRecordPart("signals", 0.4, 0.9, "What was noticed of late. It fades by 5 % a day.")],
        [new MyRecordSignal(SignalKind.MessageFlood, "Many messages in a short time.", "Give people a moment to answer.")],
        new DateTimeOffset(2026, 12, 3, 9, 30, 0, TimeSpan.Zero),
        []);
}
