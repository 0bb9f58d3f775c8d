using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ThrottleRebuildEndpoint
{
    /// <param name="EventsASecondMax">Left out: as fast as live work allows.</param>
    internal sealed record Body(string Reason, int? EventsASecondMax = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/operator/rebuilds/{rebuildId}/limit", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ThrottleRebuild", "Limit how fast a rebuild goes", "At once, while it runs.")
        .Produces<RebuildViews>()
        .ForExample(new Body("It is the busiest hour", 2_000), RebuildViews.Example)
        .Refuses(RebuildRefusals.UnknownRebuild, RebuildRefusals.UnknownReadModel, RebuildRefusals.NothingToThrottle, OperatorRefusals.ReasonMissing);

    private static async Task<IResult> Answer(Guid rebuildId, Body body, OperatorDesk desk, HttpContext http) => body.EventsASecondMax < 1
        ? Problems.MalformedRequest("A limit is above 0.")
        : await desk.Change(
            rebuildId, RebuildRefusals.NothingToThrottle,
            (rebuilds, name) => rebuilds.Throttle(name, body.EventsASecondMax, OperatorDesk.By(http, body.Reason), http.RequestAborted), http.RequestAborted).ConfigureAwait(false);
}
