using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class PauseRebuildEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/rebuilds/{rebuildId}/pause", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("PauseRebuild", "Pause a rebuild", "It stops after the page under way; what has been filled is kept. Of a set, all of it.")
        .Produces<RebuildViews>()
        .ForExample(new Why("It is the busiest hour"), RebuildViews.Example)
        .Refuses(RebuildRefusals.UnknownRebuild, RebuildRefusals.UnknownReadModel, RebuildRefusals.NothingToPause, OperatorRefusals.ReasonMissing);

    private static Task<IResult> Answer(Guid rebuildId, Why body, OperatorDesk desk, HttpContext http) => desk.Change(
        rebuildId, RebuildRefusals.NothingToPause, (rebuilds, name) => rebuilds.Pause(name, OperatorDesk.By(http, body.Reason), http.RequestAborted), http.RequestAborted);
}
