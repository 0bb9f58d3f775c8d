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
    /// <param name="Written">Projections made anew: they were missing, older, or wrong.</param>
    /// <param name="Differing">There was one of this very moment, and it said something else than the rows.</param>
    /// <param name="Unchanged">Right already.</param>
    /// <param name="Gone">Of people who are gone.</param>
    /// <param name="Removed">Of those: something was kept of them until now.</param>
    internal sealed record Outcome(int Written, int Differing, int Unchanged, int Gone, int Removed);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/graph/{userId}/rebuild", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("RebuildGraph", "Make a person's graph projections anew", "Of the person and those around them, in the cache, from the rows. Of everybody: wya graph rebuild.")
        .Produces<Outcome>()
        .ForExample(new Why("They see a friend who is none"), new Outcome(12, 1, 3, 0, 0))
        .Refuses(OperatorRefusals.CacheNotKept, OperatorRefusals.ReasonMissing, OperatorRefusals.NothingToRebuild)
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
            RefreshedProjections done = await GraphProjectionFollowers.RebuildAround(projections, graph.Database, new UserId(userId), ct).ConfigureAwait(false);
            if (done.IsNone)
            {
                return Problem.Of(OperatorRefusals.NothingToRebuild);
            }

            await Operations.Of(graph.Database).Record("graph-rebuild", userId.ToString(), by, done, ct).ConfigureAwait(false);
            return TypedResults.Ok(new Outcome(done.Written, done.Differing, done.Unchanged, done.Gone, done.Removed));
        }
        catch (RedisAwayException)
        {
            return Problems.StoreUnavailable(TimeSpan.FromSeconds(1));
        }
    }
}
