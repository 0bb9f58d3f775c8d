using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Safety;

internal static class ClearCaseEndpoint
{
    /// <param name="Reason">1 to 2000 characters, for the record.</param>
    /// <param name="Reports">Those that came to something else than no_violation, or whose reporters are told more.</param>
    internal sealed record Body(string Reason, IReadOnlyList<AnsweredReport>? Reports = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/clearance", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: true)
        .Describe(
            "ClearCase",
            "Close what is open in a case",
            "Nothing is done about it. Open reports are resolved, as no_violation where nothing else is said, and whoever made them is told; proposed bans are dropped.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(ExampleCase.Reason, [new AnsweredReport(ExampleCase.Report, ReportOutcome.FalseReport)]))
        .Refuses(SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther, SafetyRefusals.WordsInvalid, SafetyRefusals.ReportNotOpen);

    private static async Task<IResult> Answer(Body body, CaseCommand command, ReportAnswers answers, HttpContext http)
    {
        AnswerReports reports = await answers.Of(http.CaseInSight().CaseId, body.Reports, http.RequestAborted, all: true).ConfigureAwait(false);
        return await command.Run(
            http,
            (state, inSight, now) => ClearCase.Decide(state, new ClearCase(body.Reason, reports), inSight.Person, inSight.Moderator, now),
            body).ConfigureAwait(false);
    }
}
