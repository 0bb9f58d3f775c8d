using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowCaseEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/cases/{id}", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Case)
        .Describe(
            "ShowCase",
            "Show a case",
            "Who it is about, their level and what moved it, open reports without who made them, what was decided, proposed and appealed, and whose it is now.")
        .Produces<CaseAnswer>()
        .ForExample(answer: new CaseAnswer(
            ExampleCase.Case,
            ExamplePeople.MaraId,
            RiskLevel.Guide,
            CaseAnswer.MeaningOf(RiskLevel.Guide),
            ExamplePeople.Then,
            [
                new CaseAnswer.Report(
                    ExampleCase.Report, "reporter 1", Category.Harassment, CasePriority.Medium, ReportSubjectKind.Message, ExamplePeople.Then, ExamplePeople.Then.AddDays(3)),
            ],
            [new CaseAnswer.Signal(SignalKind.MessageFlood, 2, ExamplePeople.Then, "messaging", "31 to one conversation within a minute")],
            [],
            [],
            [],
            IsHeld: false,
            "mara",
            0.34,
            new RiskParts(0.6, 0.2, 0.2, 0),
            CasePriority.Medium,
            ExamplePeople.Then.AddDays(3),
            ClaimedNow: new CaseAnswer.Claim(IsMine: true, ExampleCase.Pseudonym, ExamplePeople.Then.AddMinutes(30))));

    private static async Task<IResult> Answer(SafetyLog safety, CaseReading reading, HttpContext http)
    {
        CaseInSight inSight = http.CaseInSight();
        return await CasesTable.Find(safety.Database, inSight.CaseId, http.RequestAborted).ConfigureAwait(false) is { } row
            ? TypedResults.Ok(await reading.Read(inSight, row, http.RequestAborted).ConfigureAwait(false))
            : Problem.Of(SafetyRefusals.CaseNotFound);
    }
}
