using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;
using Wya.Domain.Identity.Events;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ExportGraphEndpoint
{
    /// <summary>Of the caller alone: what they have made of their graph. Friends and following can be imported again.</summary>
    /// <param name="Format">Always <c>wya-graph</c>.</param>
    internal sealed record Export(
        string Format,
        int Version,
        UserId UserId,
        DateTimeOffset MadeAt,
        IReadOnlyList<ListedPerson> Friends,
        IReadOnlyList<ListedPerson> Following,
        IReadOnlyList<ListedPerson> Requests,
        IReadOnlyList<ListedPerson> Blocks,
        IReadOnlyList<ListedPerson> Mutes);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/graph/export", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Export)
        .AnswersFromInline<GraphLog>()
        .Describe(
            "ExportGraph",
            "Download my graph",
            "Friends, whom the caller follows, has asked, blocked and muted, each with handle and id. It says nothing that others have done.")
        .Produces<Export>()
        .ForExample(answer: new Export("wya-graph", 1, ExamplePeople.MaraId, ExamplePeople.Then, [], [], [], [], []));

    private static async Task<IResult> Answer(GraphLog graph, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();

        // Every list has a limit of its own, by which it is whole.
        async Task<IReadOnlyList<ListedPerson>> All(GraphList list, int max) =>
            [.. (await GraphLists.Page(graph.Database, http.Caller().Id, list, now, null, max, http.RequestAborted).ConfigureAwait(false)).Select(ListedPerson.Of)];

        return TypedResults.Ok(new Export(
            "wya-graph",
            1,
            http.Caller().Id,
            now,
            await All(GraphList.Friends, GraphPolicy.FriendsMax).ConfigureAwait(false),
            await All(GraphList.Following, GraphPolicy.FollowingMax).ConfigureAwait(false),
            await All(GraphList.OutgoingRequests, GraphPolicy.RequestsMax).ConfigureAwait(false),
            await All(GraphList.Blocks, GraphPolicy.BlocksMax).ConfigureAwait(false),
            await All(GraphList.Mutes, GraphPolicy.MutesMax).ConfigureAwait(false)));
    }
}
