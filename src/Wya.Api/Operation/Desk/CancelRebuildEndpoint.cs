using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class CancelRebuildEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/rebuilds/{rebuildId}/cancel", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("CancelRebuild", "Give a rebuild up", "What has been filled is dropped; the live tables stay as they are.")
        .Produces<RebuildViews>()
        .ForExample(new Why("It is the busiest hour"), RebuildViews.Example)
        .Refuses(RebuildRefusals.UnknownRebuild, RebuildRefusals.UnknownReadModel, RebuildRefusals.NothingToCancel, OperatorRefusals.ReasonMissing);

    private static Task<IResult> Answer(Guid rebuildId, Why body, OperatorDesk desk, HttpContext http) => desk.Change(
        rebuildId, RebuildRefusals.NothingToCancel, (rebuilds, name) => rebuilds.Cancel(name, OperatorDesk.By(http, body.Reason), http.RequestAborted), http.RequestAborted);
}
