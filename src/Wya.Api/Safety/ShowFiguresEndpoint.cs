using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowFiguresEndpoint
{
    /// <param name="Flow">Of reports and of appeals.</param>
    /// <param name="ByModerator">By id for operators, by pseudonym for moderators.</param>
    internal sealed record Figures(
        DateTimeOffset From,
        DateTimeOffset To,
        IReadOnlyList<FlowFigures> Flow,
        QueueCounts Waiting,
        IReadOnlyList<DecisionFigures> ByKind,
        IReadOnlyList<DecisionFigures> ByCategory,
        IReadOnlyList<DecisionFigures> ByModerator);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/figures", Answer)
        .RequireAnyCapability(Capability.Moderate, Capability.Operate)
        .MayAnswerFromStandby()
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Figures)
        .Describe(
            "ShowFigures",
            "Show how moderation does",
            "Inflow, what waits and what is overdue, handling times, decisions, and how many did not stand on appeal, by kind, category and moderator. A year at most; the last 30 days when nothing is said.")
        .Produces<Figures>()
        .ForExample(answer: new Figures(
            ExamplePeople.Then,
            ExamplePeople.Then.AddDays(30),
            [new FlowFigures("reports", 42, 3, 1, 39, 5400, 80000)],
            new QueueCounts(3, 1, 2, 0, 1, 2, 0),
            [new DecisionFigures("mute", 5, 2, 1)],
            [new DecisionFigures("harassment", 5, 2, 1)],
            [new DecisionFigures(ExampleCase.Pseudonym.ToString(), 5, 2, 1)]));

    private static async Task<IResult> Answer(
        SafetyLog safety, TimeProvider clock, HttpContext http, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (Period.Of(from, to, now) is not var (begin, end))
        {
            return Period.Malformed;
        }

        CancellationToken ct = http.RequestAborted;
        LogRows rows = http.RowsOf(safety);
        bool byId = http.Caller().Holds(Capability.Operate);
        IReadOnlyList<DecisionFigures> moderators = await CaseFigures.ByModerator(rows, begin, end, ct).ConfigureAwait(false);
        return TypedResults.Ok(new Figures(
            begin,
            end,
            await CaseFigures.Flow(rows, begin, end, now, ct).ConfigureAwait(false),
            await CaseQueue.Count(safety.Database, now, ct).ConfigureAwait(false),
            await CaseFigures.ByKind(rows, begin, end, ct).ConfigureAwait(false),
            await CaseFigures.ByCategory(rows, begin, end, ct).ConfigureAwait(false),
            byId ? moderators : [.. moderators.Select(one => one with { Of = Pseudonym(safety, one.Of) }).OrderBy(one => one.Of, StringComparer.Ordinal)]));
    }

    private static string Pseudonym(SafetyLog safety, string moderator) =>
        Guid.TryParse(moderator, out Guid id) ? SafetyKey.OfModerator(safety.Database, new UserId(id)).ToString() : moderator;
}

/// <summary>A stretch of time that somebody asks about.</summary>
internal static class Period
{
    private static readonly TimeSpan Max = TimeSpan.FromDays(366);

    public static readonly Problem Malformed = Problems.MalformedRequest("A period has a beginning before its end, and is a year long at most.");

    public static (DateTimeOffset From, DateTimeOffset To)? Of(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        DateTimeOffset end = (to ?? now).ToUniversalTime();
        DateTimeOffset begin = (from ?? end.AddDays(-30)).ToUniversalTime();
        return begin < end && end - begin <= Max ? (begin, end) : null;
    }
}
