using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Operation;

internal static class ListRebuildsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/rebuilds", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ListRebuilds", "Show rebuilds and switches back", "The newest of each domain, running and ended.")
        .Produces<RebuildViews>()
        .ForExample(answer: RebuildViews.Example)
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(OperatorDesk desk, CancellationToken ct, string? domain = null, int limit = Limits.PageItemsDefault)
    {
        if (limit is < 1 or > Limits.PageItemsMax)
        {
            return Problems.CursorMalformed;
        }

        List<RebuildView> found = [];
        foreach (OpenDomain one in desk.Domains.Where(one => domain is null || one.Name == domain))
        {
            found.AddRange((await desk.RebuildsOf(one).List(limit, ct).ConfigureAwait(false)).Select(job => RebuildView.Of(one.Name, job)));
        }

        return TypedResults.Ok(new RebuildViews([.. found.OrderByDescending(one => one.RequestedAt).Take(limit)]));
    }
}
