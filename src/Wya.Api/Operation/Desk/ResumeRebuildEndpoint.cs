using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ResumeRebuildEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/rebuilds/{rebuildId}/resume", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ResumeRebuild", "Resume a rebuild", "It goes on where it was paused. One that is held because rows differ has to be approved.")
        .Produces<RebuildViews>()
        .ForExample(new Why("It is the busiest hour"), RebuildViews.Example)
        .Refuses(RebuildRefusals.UnknownRebuild, RebuildRefusals.UnknownReadModel, RebuildRefusals.NothingToResume, RebuildRefusals.DifferenceNotApproved, OperatorRefusals.ReasonMissing);

    private static Task<IResult> Answer(Guid rebuildId, Why body, OperatorDesk desk, HttpContext http) => desk.Change(
        rebuildId, RebuildRefusals.NothingToResume, (rebuilds, name) => rebuilds.Resume(name, OperatorDesk.By(http, body.Reason), http.RequestAborted), http.RequestAborted);
}
