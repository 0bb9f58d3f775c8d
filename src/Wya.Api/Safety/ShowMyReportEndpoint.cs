using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowMyReportEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/reports/{reportId}", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<SafetyLog>()
        .Describe("ShowMyReport", "Show what became of a report", "By its receipt; only to whoever made it.")
        .Produces<MyReportAnswer>()
        .ForExample(answer: new MyReportAnswer(
            ExampleReports.Id, ReportSubjectKind.Message, Category.Harassment, ReportStatus.Decided, ExamplePeople.Then, "They would not stop.",
            ReportOutcome.Upheld, ExamplePeople.Then.AddHours(5), "Thank you. What they wrote broke the rules, and we have acted."))
        .Refuses(ReportRefusals.ReportNotFound);

    private static async Task<IResult> Answer(Guid reportId, SafetyLog safety, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        MyReport? report = await MyReports.One(
            safety.Database, SafetyKey.OfReporter(safety.Database, http.Caller().Id), reportId, clock.GetUtcNow(), ct).ConfigureAwait(false);
        return report is null ? Problem.Of(ReportRefusals.ReportNotFound) : TypedResults.Ok(MyReportAnswer.Of(report));
    }
}
