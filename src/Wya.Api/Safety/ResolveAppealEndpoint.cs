using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ResolveAppealEndpoint
{
    /// <param name="Outcome">upheld: the decision stands; overturned: it is taken back with all that it did.</param>
    /// <param name="Explanation">1 to 2000 characters, for the person concerned.</param>
    internal sealed record Body(AppealOutcome Outcome, string Explanation);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/appeals/{appealId}/resolution", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: true)
        .HoldsEverywhere()
        .Describe("ResolveAppeal", "Decide an appeal", "By another moderator than the one who decided or proposed, who has claimed the case. An overturned action is taken back in the same moment.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(AppealOutcome.Overturned, "The conversation shows that it was a quotation."))
        .Refuses(
            SafetyRefusals.AppealNotFound, SafetyRefusals.ConflictOfInterest, SafetyRefusals.SecondPersonNeeded, SafetyRefusals.AppealDecided,
            SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther, SafetyRefusals.WordsInvalid);

    private static async Task<IResult> Answer(Guid appealId, Body body, CaseDoor door, SafetyLog safety, CaseCommand command, HttpContext http)
    {
        if (await AppealsTable.Find(safety.Database, appealId, http.RequestAborted).ConfigureAwait(false) is not { } appeal)
        {
            return Problem.Of(SafetyRefusals.AppealNotFound);
        }

        (CaseInSight? inSight, Problem? problem) = await door.EnterAbout(http, new UserId(appeal.UserId)).ConfigureAwait(false);
        return problem ?? await command.Run(
            http,
            (state, entered, now) => ResolveAppeal.Decide(
                state, new ResolveAppeal(appealId, body.Outcome, body.Explanation), entered.Person, entered.Moderator, now),
            body,
            inSight: inSight).ConfigureAwait(false);
    }
}
