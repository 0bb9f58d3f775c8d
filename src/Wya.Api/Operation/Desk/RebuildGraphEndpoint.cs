using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Graph;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Redis;

namespace Wya.Api.Operation;

internal static class RebuildGraphEndpoint
{
    /// <param name="Written">Projections made anew.</param>
    /// <param name="Unchanged">As new already.</param>
    /// <param name="Gone">Of people who are gone.</param>
    internal sealed record Outcome(int Written, int Unchanged, int Gone);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/graph/{userId}/rebuild", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("RebuildGraph", "Make a person's graph projections anew", "Of the person and those around them, in the cache, from the rows. Of everybody: wya graph rebuild.")
        .Produces<Outcome>()
        .ForExample(new Why("They see a friend who is none"), new Outcome(12, 3, 0))
        .Refuses(OperatorRefusals.CacheNotKept, OperatorRefusals.ReasonMissing)
        .Refuses(Problems.StoreUnavailable(default));

    private static async Task<IResult> Answer(Guid userId, Why body, GraphLog graph, GraphProjections projections, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        Operator by = OperatorDesk.By(http, body.Reason);
        if (!projections.AreKept || !by.SaysWhy)
        {
            return Problem.Of(projections.AreKept ? OperatorRefusals.ReasonMissing : OperatorRefusals.CacheNotKept);
        }

        try
        {
            RefreshedProjections done = await GraphProjectionFollowers.RefreshAround(projections, graph.Database, new UserId(userId), ct).ConfigureAwait(false);
            await Operations.Of(graph.Database).Record("graph-rebuild", userId.ToString(), by, done, ct).ConfigureAwait(false);
            return TypedResults.Ok(new Outcome(done.Written, done.Unchanged, done.Gone));
        }
        catch (RedisAwayException)
        {
            return Problems.StoreUnavailable(TimeSpan.FromSeconds(1));
        }
    }
}
