using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class EndHoldEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/moderation/cases/{id}/holds/{holdId}", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "EndHold",
            "End a legal hold",
            "Before its time, or take a proposed one back. Of a person who was erased meanwhile, what it kept is then destroyed within minutes.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(HoldRefusals.HoldNotFound);

    private static Task<IResult> Answer(Guid holdId, CaseCommand command, HttpContext http) =>
        command.Run(http, (state, _, _) => EndHold.Decide(state, new EndHold(holdId)));
}
