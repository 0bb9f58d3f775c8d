using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowReporterEndpoint
{
    /// <param name="UserId">Left out, with the handle, when they are erased.</param>
    internal sealed record WhoReported(Guid ReportId, string Reporter, UserId? UserId = null, string? Handle = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/cases/{id}/reports/{reportId}/reporter", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .NeedsLease()
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Reporter)
        .Describe(
            "ShowReporter",
            "Show who reported",
            "Only to whoever has claimed the case, for when a decision cannot be made without it. That it was looked at is recorded as such.")
        .Produces<WhoReported>()
        .ForExample(answer: new WhoReported(ExampleCase.Report, "reporter 1", ExamplePeople.MaraId, "mara"))
        .Refuses(SafetyRefusals.ReportNotFound);

    private static async Task<IResult> Answer(Guid reportId, SafetyLog safety, PeopleByHandle people, CaseReading reading, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        Guid caseId = http.CaseInSight().CaseId;
        if (await ReportsTable.Find(safety.Database, reportId, ct).ConfigureAwait(false) is not { } report || report.CaseId != caseId)
        {
            return Problem.Of(SafetyRefusals.ReportNotFound);
        }

        IReadOnlyDictionary<Guid, string> labels = await reading.ReporterLabels(caseId, ct).ConfigureAwait(false);
        var statement = await SealedWords.Open<ReporterStatement>(safety.Database, report.Statement, caseId, ct).ConfigureAwait(false);
        return TypedResults.Ok(new WhoReported(
            reportId,
            labels[report.ReporterRef],
            statement?.Reporter,
            statement is null ? null : await people.HandleOf(statement.Reporter, ct).ConfigureAwait(false)));
    }
}
