using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class ReleaseCaseEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/moderation/cases/{id}/claim", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: false)
        .Describe("ReleaseCase", "Leave a case to others", "Changes nothing when it is not the caller's.")
        .Produces(StatusCodes.Status204NoContent);

    private static Task<IResult> Answer(CaseCommand command, HttpContext http) =>
        command.Run(http, (state, inSight, now) => ReleaseCase.Decide(state, inSight.Person, inSight.Moderator, now));
}
