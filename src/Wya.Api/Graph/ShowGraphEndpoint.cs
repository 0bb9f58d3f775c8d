using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class ShowGraphEndpoint
{
    /// <summary>What stands for the cache in an answer that was made without it.</summary>
    private const string Cache = "cache";

    /// <param name="Blocks">Whom the caller has blocked; who has blocked them is shown nowhere.</param>
    internal sealed record Graph(
        IReadOnlyList<UserId> Friends, IReadOnlyList<UserId> Followers, IReadOnlyList<UserId> Blocks, double TrustScore, DateTimeOffset UpdatedAt)
    {
        public static Graph Of(GraphProjection shown) =>
            new(Ids(shown.Friends), Ids(shown.Followers), Ids(shown.Blocks), shown.TrustScore, shown.UpdatedAt);

        private static UserId[] Ids(IReadOnlyList<Guid> ids) => [.. ids.Select(id => new UserId(id))];
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/graph", Answer)
        .RequireSignIn()
        .MayAnswerFromStandby()
        .AnswersFromHeadSeen()
        .Describe(
            "ShowGraph",
            "Show my graph at a glance",
            "By ids alone; it may be some moments old, but never shows anybody who is not to be seen now. With `Wya-Position` it is no older than that. While the cache is away it is answered without, and says so in `Wya-Degraded`.")
        .Produces<Graph>()
        .ForExample(answer: new Graph([ExamplePeople.MaraId], [], [], 0.5, ExamplePeople.Then))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(GraphLog graph, GraphProjections projections, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        UserId self = http.Caller().Id;
        (LogPosition? asked, Problem? problem) = LogPosition.Read(http.Request, graph);
        if (problem is not null)
        {
            return problem;
        }

        // Before the data is read, so that the data is at least this fresh.
        long head = await graph.Store.Head(ct).ConfigureAwait(false);
        bool isKept = projections.AreKept && asked is null;
        (long reached, TimeSpan lag) = isKept
            ? await graph.Freshness(GraphProjectionFollowers.OfEdges).Of(null, ct).ConfigureAwait(false)
            : await StandbyRows.Choose(http, graph, null, asked?.Value).ConfigureAwait(false) ?? (head, TimeSpan.Zero);
        FoundProjection found = isKept
            ? await projections.Of(self, ct).ConfigureAwait(false)
            : await GraphProjections.FromRows(http.RowsOf(graph), self, isDegraded: false, ct).ConfigureAwait(false);
        if (found.Projection is null && http.RowsOf(graph).AreOfStandby)
        {
            (found, reached, lag) = (await projections.FromRows(self, isDegraded: false, ct).ConfigureAwait(false), head, TimeSpan.Zero);
        }

        if (found.IsDegraded)
        {
            Degraded.Write(http.Response, Cache);
            (reached, lag) = (head, TimeSpan.Zero);
        }

        if (Freshness.HoldsUpTo(http, graph, head, reached, lag) is { } beyond)
        {
            return beyond;
        }

        return found.Projection is { } proposed
            ? TypedResults.Ok(Graph.Of(await GraphProjectionRows.ShownNow(graph.Database, self, proposed, ct).ConfigureAwait(false)))
            : Problems.NotKnownYet;
    }
}
