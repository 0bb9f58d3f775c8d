using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ResumeProjectionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/projections/{name}/resume", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ResumeProjection", "Resume a projection", "It goes on from where it stands.")
        .Produces<ProjectionView>()
        .ForExample(new Why("The disk is being changed"), new ProjectionView("AccountHistory", "identity", "running", 119_998, 120_000, 2))
        .Refuses(RebuildRefusals.UnknownReadModel, OperatorRefusals.NothingChanged, OperatorRefusals.WrittenByAppends, OperatorRefusals.ReasonMissing);

    private static Task<IResult> Answer(string name, Why body, OperatorDesk desk, TimeProvider clock, HttpContext http) =>
        ProjectionView.Change(desk, clock, name, OperatorDesk.By(http, body.Reason), (projections, consumer, by, ct) => projections.Resume(consumer, by, ct), http.RequestAborted);
}
