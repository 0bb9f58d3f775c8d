using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class DismissOverlayEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/overlays/{interventionId}/dismissal", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .RequireRateLimiting(RateLimits.Lookup)
        .TakesCommand(keyIsRequired: false)
        .Describe("DismissOverlay", "Dismiss a kind word", "It is shown on none of the caller's devices any more.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(ReportRefusals.OverlayNotFound);

    private static async Task<IResult> Answer(Guid interventionId, SafetyLog safety, HttpContext http, CancellationToken ct)
    {
        UserId self = http.Caller().Id;
        var command = new DismissOverlay(interventionId, await OverlaysTable.WasShown(safety.Database, self, interventionId, ct).ConfigureAwait(false));
        return await Command.Run(
            http,
            safety,
            Case.Stream,
            CaseId.Of(self).Value,
            state => DismissOverlay.Decide(state, command),
            content: null,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
    }
}
