using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class DeclineBanEndpoint
{
    /// <param name="Reason">1 to 2000 characters, for the record.</param>
    internal sealed record Body(string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/bans/{proposalId}/refusal", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: true)
        .Describe("DeclineBan", "Decline a proposed ban", "By another moderator, or by the one who proposed it and thought again. The rest of the case stays open.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body("A suspension is enough for a first time."))
        .Refuses(SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther, SafetyRefusals.ProposalNotFound, SafetyRefusals.WordsInvalid);

    private static Task<IResult> Answer(Guid proposalId, Body body, CaseCommand command, HttpContext http) => command.Run(
        http,
        (state, inSight, now) => DeclineBan.Decide(state, new DeclineBan(proposalId, body.Reason), inSight.Person, inSight.Moderator, now),
        body);
}
