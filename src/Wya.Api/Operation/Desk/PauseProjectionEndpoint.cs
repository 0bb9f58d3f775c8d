using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class PauseProjectionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/projections/{name}/pause", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("PauseProjection", "Pause a projection", "It stops after the page under way; queries go on, and see it grow older.")
        .Produces<ProjectionView>()
        .ForExample(new Why("The disk is being changed"), new ProjectionView("AccountHistory", "identity", "paused", 119_998, 120_000, 2))
        .Refuses(RebuildRefusals.UnknownReadModel, OperatorRefusals.NothingChanged, OperatorRefusals.WrittenByAppends, OperatorRefusals.ReasonMissing);

    private static Task<IResult> Answer(string name, Why body, OperatorDesk desk, TimeProvider clock, HttpContext http) =>
        ProjectionView.Change(desk, clock, name, OperatorDesk.By(http, body.Reason), (projections, consumer, by, ct) => projections.Pause(consumer, by, ct), http.RequestAborted);
}
