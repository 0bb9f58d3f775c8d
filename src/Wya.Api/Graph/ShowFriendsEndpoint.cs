using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ShowFriendsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/friends", Answer)
        .RequireSignIn()
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ShowFriends",
            "Show my friends",
            "Newest first. Friends of another age layer are kept, and shown again when the layers match.")
        .Produces<PeoplePage>()
        .ForExample(answer: PeoplePage.Example)
        .Refuses(Problems.CursorMalformed);

    private static Task<IResult> Answer(
        GraphLog graph, TimeProvider clock, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault) =>
        PeoplePage.OfCaller(GraphList.Friends, graph, clock, http, cursor, limit);
}
