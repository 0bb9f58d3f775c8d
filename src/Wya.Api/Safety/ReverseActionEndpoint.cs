using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class ReverseActionEndpoint
{
    /// <param name="Reason">1 to 2000 characters, for the person concerned.</param>
    internal sealed record Body(string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/actions/{actionId}/reversal", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: true)
        .HoldsEverywhere()
        .Describe("ReverseAction", "Take an action back", "With all that it did; it stays on the record, and so does this. Changes nothing when it was taken back before.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body("It was somebody else who wrote that."))
        .Refuses(SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther, SafetyRefusals.ActionNotFound, SafetyRefusals.WordsInvalid);

    private static Task<IResult> Answer(Guid actionId, Body body, CaseCommand command, HttpContext http) => command.Run(
        http,
        (state, inSight, now) => ReverseAction.Decide(state, new ReverseAction(actionId, body.Reason), inSight.Person, inSight.Moderator, now),
        body);
}
