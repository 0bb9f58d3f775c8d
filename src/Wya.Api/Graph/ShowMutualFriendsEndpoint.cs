using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;
using Wya.Domain.Identity.Events;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ShowMutualFriendsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/{id}/mutual-friends", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ShowMutualFriends",
            "Show the friends that I have in common with somebody",
            "Friends of the caller who are friends of theirs too. Since is when the caller and the friend became friends.")
        .Produces<PeoplePage>()
        .ForExample(answer: PeoplePage.Example)
        .Refuses(Problems.CursorMalformed, Problem.Of(GraphRefusals.UserNotFound));

    private static async Task<IResult> Answer(
        Guid id, GraphLog graph, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        UserId self = http.Caller().Id, other = new(id);
        return await GraphViews.Meet(graph.Database, self, other, http.RequestAborted).ConfigureAwait(false)
            ? await PeoplePage.Read(cursor, limit, (after, count) => GraphLists.MutualFriends(
                graph.Database, self, other, after, count, http.RequestAborted)).ConfigureAwait(false)
            : Problem.Of(GraphRefusals.UserNotFound);
    }
}
