using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowEvidenceEndpoint
{
    /// <param name="Reporter">A label.</param>
    /// <param name="Words">Of the reporter; left out when there are none, or they are erased.</param>
    /// <param name="Evidence">As it looked when it was first reported; left out when the person concerned is erased.</param>
    /// <param name="TakenFor">The earlier report whose evidence it is; left out when it is this one's.</param>
    internal sealed record ReportedEvidence(Guid ReportId, string Reporter, Category Category, string? Words = null, Evidence? Evidence = null, Guid? TakenFor = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/cases/{id}/reports/{reportId}/evidence", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Evidence)
        .Describe("ShowEvidence", "Show what was reported", "As it looked at that moment, with what the reporter said, and not who they are.")
        .Produces<ReportedEvidence>()
        .ForExample(answer: new ReportedEvidence(
            ExampleCase.Report,
            "reporter 1",
            Category.Harassment,
            "They insult me.",
            new Evidence(
                ReportSubjectKind.Message,
                ExamplePeople.Then,
                [new EvidenceItem("reported", "An insult.", ExamplePeople.Then, IsReported: true)],
                new EvidenceSubject(ExampleTalk.Conversation.Value, ExampleTalk.Message.Value))))
        .Refuses(SafetyRefusals.ReportNotFound);

    private static async Task<IResult> Answer(Guid reportId, SafetyLog safety, CaseReading reading, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        Guid caseId = http.CaseInSight().CaseId;
        if (await ReportsTable.Find(safety.Database, reportId, ct).ConfigureAwait(false) is not { } report || report.CaseId != caseId)
        {
            return Problem.Of(SafetyRefusals.ReportNotFound);
        }

        ReportRow taken = report.Evidence is null && report.SameAs is { } earlier
            ? await ReportsTable.Find(safety.Database, earlier, ct).ConfigureAwait(false) ?? report
            : report;
        IReadOnlyDictionary<Guid, string> labels = await reading.ReporterLabels(caseId, ct).ConfigureAwait(false);
        return TypedResults.Ok(new ReportedEvidence(
            reportId,
            labels[report.ReporterRef],
            EnumText.Read<Category>(report.Category),
            (await SealedWords.Open<ReporterStatement>(safety.Database, report.Statement, caseId, ct).ConfigureAwait(false))?.Words,
            await SealedWords.Open<Evidence>(safety.Database, taken.Evidence, taken.CaseId, ct).ConfigureAwait(false),
            taken == report ? null : taken.ReportId));
    }
}
