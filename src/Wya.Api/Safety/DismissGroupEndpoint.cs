using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class DismissGroupEndpoint
{
    private const int ReportsAtOnceMax = 200;
    private const int ReportsSeenMax = 1_000;

    /// <param name="Explanation">1 to 2000 characters, for the person who reported; a plain sentence when it is left out.</param>
    internal sealed record Body(string? Explanation = null);

    /// <param name="Dismissed">Reports that were dismissed by this request.</param>
    /// <param name="Left">That wait still: ask again until there are none.</param>
    /// <param name="Withheld">Reports about somebody of whom the caller must not decide: they come into the queue for others.</param>
    internal sealed record Progress(int Dismissed, long Left, int Withheld);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/group/dismissal", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .NeedsLease()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "DismissGroup",
            "Dismiss somebody's many reports",
            "All open reports that the person of this case has made, whomever they are about, were made to harm: at most 200 a request, and safe to repeat until none is left.")
        .Produces<Progress>()
        .ForExample(new Body(), new Progress(200, 300, 0))
        .Refuses(SafetyRefusals.WordsInvalid);

    private static async Task<IResult> Answer(Body body, SafetyLog safety, CaseDoor door, CaseCommand command, ReportAnswers answers, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        CaseInSight reporter = http.CaseInSight();
        if (body.Explanation is { } words && (string.IsNullOrWhiteSpace(words) || words.Length > SafetyPolicy.WordsCharactersMax))
        {
            return Problem.Of(SafetyRefusals.WordsInvalid);
        }

        if ((await CasesTable.Find(safety.Database, reporter.CaseId, ct).ConfigureAwait(false))?.GroupedAs is not { } group)
        {
            return TypedResults.Ok(new Progress(0, 0, 0)); // done before
        }

        long all = await ReportsTable.CountOpenOf(safety.Database, group, ct).ConfigureAwait(false);
        IReadOnlyList<ReportRow> open = await ReportsTable.OpenOf(safety.Database, group, ReportsSeenMax, ct).ConfigureAwait(false);
        int dismissed = 0, withheld = 0;
        foreach (IGrouping<Guid, ReportRow> about in open.GroupBy(report => report.UserId))
        {
            (CaseInSight? inSight, _) = await door.EnterAbout(http, new UserId(about.Key)).ConfigureAwait(false);
            if (inSight is null)
            {
                withheld += about.Count();
                continue;
            }

            ReportRow[] now = [.. about.Take(ReportsAtOnceMax - dismissed)];
            if (now.Length > 0)
            {
                dismissed += await Dismiss(safety, inSight, now, body.Explanation, await answers.Reporters(now, ct).ConfigureAwait(false), http).ConfigureAwait(false);
            }
        }

        long left = all - dismissed - withheld;
        var progress = new Progress(dismissed, left, withheld);
        return left > 0
            ? TypedResults.Ok(progress)
            : await command.Run(
                http,
                (state, inSight, at) => UngroupReports.Decide(state, new UngroupReports(WereDismissed: true), inSight.Person, inSight.Moderator, at),
                body,
                _ => TypedResults.Ok(progress)).ConfigureAwait(false);
    }

    private static async Task<int> Dismiss(
        SafetyLog safety, CaseInSight about, ReportRow[] reports, string? explanation, IReadOnlyDictionary<Guid, UserId> reporters, HttpContext http)
    {
        var answers = new AnswerReports(
            [.. reports.Select(report => new ReportAnswer(report.ReportId, ReportOutcome.FalseReport, explanation))], reporters);
        await safety.Store.Transact(
            Case.Stream,
            about.CaseId,
            state => DismissReports.Decide(state, answers, reports[0].ReporterRef),
            Command.Metadata(http, key: null, content: null),
            http.RequestAborted).ConfigureAwait(false);
        return reports.Length;
    }
}
