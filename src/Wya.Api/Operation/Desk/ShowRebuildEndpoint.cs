using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ShowRebuildEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/rebuilds/{rebuildId}", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ShowRebuild", "Show how a rebuild goes", "Progress, speed, time left, what it waits for, and what differed.")
        .Produces<RebuildView>()
        .ForExample(answer: RebuildView.Example)
        .Refuses(RebuildRefusals.UnknownRebuild);

    private static async Task<IResult> Answer(Guid rebuildId, OperatorDesk desk, CancellationToken ct) =>
        await desk.Job(rebuildId, ct).ConfigureAwait(false) is var (domain, job) ? TypedResults.Ok(RebuildView.Of(domain.Name, job)) : Problem.Of(RebuildRefusals.UnknownRebuild);
}
