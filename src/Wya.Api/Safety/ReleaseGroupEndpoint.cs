using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class ReleaseGroupEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/group/release", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "ReleaseGroup",
            "Let somebody's many reports stand on their own again",
            "Of the person whose case this is: they had reported so many that their reports waited together. Each of those whom they reported comes into the queue.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther);

    private static Task<IResult> Answer(CaseCommand command, HttpContext http) => command.Run(
        http, (state, inSight, now) => UngroupReports.Decide(state, new UngroupReports(WereDismissed: false), inSight.Person, inSight.Moderator, now));
}
