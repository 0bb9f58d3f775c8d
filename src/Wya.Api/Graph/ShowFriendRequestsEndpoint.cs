using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ShowFriendRequestsEndpoint
{
    private static readonly Problem Malformed = Problems.MalformedRequest("The direction of requests is incoming or outgoing.");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/friend-requests", Answer)
        .RequireSignIn()
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ShowFriendRequests",
            "Show friend requests",
            "Those that wait for the caller (direction=incoming), or of the caller (direction=outgoing). Newest first.")
        .Produces<PeoplePage>()
        .ForExample(answer: PeoplePage.Example)
        .Refuses(Problems.CursorMalformed);

    private static Task<IResult> Answer(
        GraphLog graph, TimeProvider clock, HttpContext http, string direction = "incoming", string? cursor = null, int limit = Limits.PageItemsDefault) =>
        direction switch
        {
            "incoming" => PeoplePage.OfCaller(GraphList.IncomingRequests, graph, clock, http, cursor, limit),
            "outgoing" => PeoplePage.OfCaller(GraphList.OutgoingRequests, graph, clock, http, cursor, limit),
            _ => Task.FromResult<IResult>(Malformed),
        };
}
