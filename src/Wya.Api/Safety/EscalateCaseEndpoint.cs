using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Safety;

internal static class EscalateCaseEndpoint
{
    /// <param name="Priority">immediate, high, medium or low.</param>
    /// <param name="Reason">1 to 2000 characters, for moderators.</param>
    internal sealed record Body(CasePriority Priority, string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/moderation/cases/{id}/escalation", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "EscalateCase",
            "Escalate a case",
            "It stands in the queue with at least this priority until somebody has decided. It decides nothing, so no claim is needed.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(CasePriority.High, "It needs somebody who knows the law on this."))
        .Refuses(SafetyRefusals.WordsInvalid);

    private static Task<IResult> Answer(Body body, CaseCommand command, HttpContext http) => command.Run(
        http, (state, inSight, _) => EscalateCase.Decide(state, new EscalateCase(body.Priority, body.Reason), inSight.Person), body);
}
