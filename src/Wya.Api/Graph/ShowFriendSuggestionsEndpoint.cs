using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;
using Wya.Domain.Identity.Events;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ShowFriendSuggestionsEndpoint
{
    /// <param name="Items">At most 20, and no more behind them.</param>
    internal sealed record Suggestions(IReadOnlyList<Suggestion> Items);

    /// <param name="Reasons">All that speaks for them, in words.</param>
    internal sealed record Suggestion(UserId UserId, string Handle, IReadOnlyList<string> Reasons);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/friend-suggestions", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ShowFriendSuggestions",
            "Show people whom I may know",
            "At most 20, each with its reasons, by how much the two have in common. Each can be dismissed. Minors are suggested friends of friends alone.")
        .Produces<Suggestions>()
        .ForExample(answer: new Suggestions(
            [new Suggestion(ExamplePeople.MaraId, "mara", SuggestionReason.All(3, ["noor", "kim", "ida"], followsYou: true))]))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(GraphLog graph, HttpContext http)
    {
        UserId self = http.Caller().Id;
        if (await FriendSuggestions.LayerOf(graph.Database, self, http.RequestAborted).ConfigureAwait(false) is not { } layer)
        {
            return Problems.NotKnownYet;
        }

        IReadOnlyList<SuggestedFriend> found =
            await FriendSuggestions.For(graph.Database, self, GraphPolicy.For(layer), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new Suggestions(
        [
            .. found.Select(one => new Suggestion(
                new UserId(one.UserId), one.Handle, SuggestionReason.All(one.MutualFriends, one.MutualHandles, one.FollowsReader))),
        ]));
    }
}
