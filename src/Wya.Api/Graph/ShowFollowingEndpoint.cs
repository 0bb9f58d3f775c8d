using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ShowFollowingEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/following", Answer)
        .RequireSignIn()
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ShowFollowing",
            "Show whom I follow",
            "Newest first.")
        .Produces<PeoplePage>()
        .ForExample(answer: PeoplePage.Example)
        .Refuses(Problems.CursorMalformed);

    private static Task<IResult> Answer(
        GraphLog graph, TimeProvider clock, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault) =>
        PeoplePage.OfCaller(GraphList.Following, graph, clock, http, cursor, limit);
}
