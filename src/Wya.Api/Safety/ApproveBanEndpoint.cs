using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ApproveBanEndpoint
{
    /// <param name="Reports">Open reports that are answered by it.</param>
    internal sealed record Body(IReadOnlyList<AnsweredReport>? Reports = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/bans/{proposalId}/approval", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: true)
        .HoldsEverywhere()
        .Describe("ApproveBan", "Agree to a proposed ban", "By another moderator than the one who proposed it. With this they are banned, with the statement as it was proposed.")
        .Produces<TakeActionEndpoint.Taken>()
        .ForExample(new Body([ExampleCase.Answered]), new TakeActionEndpoint.Taken(ExampleCase.Action, IsProposed: false))
        .Refuses(
            SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther, SafetyRefusals.ProposalNotFound, SafetyRefusals.SecondPersonNeeded,
            SafetyRefusals.ReportNotOpen, SafetyRefusals.WordsInvalid);

    private static async Task<IResult> Answer(
        Guid proposalId, Body body, SafetyLog safety, CaseCommand command, ReportAnswers answers, TimeProvider clock, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        CaseInSight entered = http.CaseInSight();
        string? token = await ModerationActionsTable.ReasonOf(safety.Database, proposalId, entered.Person.Id.Value, ct).ConfigureAwait(false);
        if (await SealedWords.Open<StatementOfReasons>(safety.Database, token, entered.CaseId, ct).ConfigureAwait(false) is not { } statement)
        {
            return Problem.Of(SafetyRefusals.ProposalNotFound);
        }

        var ban = new ApproveBan(
            proposalId,
            Guid.CreateVersion7(clock.GetUtcNow()),
            statement,
            await answers.Of(entered.CaseId, body.Reports, ct).ConfigureAwait(false));
        return await command.Run(
            http,
            (state, inSight, now) => ApproveBan.Decide(state, ban, inSight.Person, inSight.Moderator, now),
            body,
            done => TypedResults.Ok(new TakeActionEndpoint.Taken(done.State.Actions[^1].ActionId, IsProposed: false))).ConfigureAwait(false);
    }
}
