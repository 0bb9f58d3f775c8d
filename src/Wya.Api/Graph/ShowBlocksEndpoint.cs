using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ShowBlocksEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/blocks", Answer)
        .RequireSignIn()
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ShowBlocks",
            "Show whom I have blocked",
            "Newest first. Who has blocked the caller is shown nowhere.")
        .Produces<PeoplePage>()
        .ForExample(answer: PeoplePage.Example)
        .Refuses(Problems.CursorMalformed);

    private static Task<IResult> Answer(
        GraphLog graph, TimeProvider clock, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault) =>
        PeoplePage.OfCaller(GraphList.Blocks, graph, clock, http, cursor, limit);
}
