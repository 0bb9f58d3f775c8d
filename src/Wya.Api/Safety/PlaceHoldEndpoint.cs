using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class PlaceHoldEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/moderation/cases/{id}/holds/{holdId}/approval", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: false)
        .Describe("PlaceHold", "Agree to a legal hold", "By another moderator than the one who proposed it. From then on it stands.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(HoldRefusals.HoldNotFound, HoldRefusals.EndInvalid, SafetyRefusals.SecondPersonNeeded);

    private static Task<IResult> Answer(Guid holdId, CaseCommand command, HttpContext http) => command.Run(
        http, (state, inSight, now) => PlaceHold.Decide(state, new PlaceHold(holdId), inSight.Person, inSight.Moderator, now));
}
