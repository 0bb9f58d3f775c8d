using System.Diagnostics;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Api.Graph;

internal static class ImportGraphEndpoint
{
    /// <param name="Friends">Handles, or ids as an export has them: each is asked, as if by hand.</param>
    /// <param name="Following">Likewise: each is followed.</param>
    internal sealed record Body(IReadOnlyList<string>? Friends = null, IReadOnlyList<string>? Following = null);

    /// <param name="Asked">Requests that wait for an answer now.</param>
    /// <param name="Befriended">They had asked already.</param>
    /// <param name="AlreadySo">There was nothing to do.</param>
    /// <param name="PassedOver">Whom nothing was done about, and why.</param>
    internal sealed record Imported(int Asked, int Befriended, int Followed, int AlreadySo, IReadOnlyList<PassedOver> PassedOver);

    /// <param name="Who">As they were named.</param>
    /// <param name="What"><c>friend</c> or <c>follow</c>.</param>
    /// <param name="Why">The code of the problem that doing it by hand would have met.</param>
    internal sealed record PassedOver(string Who, string What, string Why);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/graph/import", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Export)
        .Describe(
            "ImportGraph",
            "Bring my friends along",
            "Asks and follows up to 200 people, named by handles or by ids from an export, within the same limits as by hand. "
            + "It is no one command: what breaks off is sent again, and what was done is not done twice.")
        .Produces<Imported>()
        .ForExample(new Body(["mara"], []), new Imported(1, 0, 0, 0, []))
        .Refuses(GraphRefusals.ImportInvalid)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(
        Body body, EdgeCommand edges, PeopleByHandle people, GraphLog graph, TimeProvider clock, HttpContext http)
    {
        (string Who, string What)[] named =
        [
            .. (body.Friends ?? []).Select(who => (who, "friend")),
            .. (body.Following ?? []).Select(who => (who, "follow")),
        ];
        if (named.Length is < 1 or > GraphPolicy.ImportMax || named.Any(one => string.IsNullOrWhiteSpace(one.Who)))
        {
            return Problem.Of(GraphRefusals.ImportInvalid);
        }

        int asked = 0, befriended = 0, followed = 0, alreadySo = 0;
        List<PassedOver> passedOver = [];
        foreach ((string who, string what) in named)
        {
            // One after the other: each counts towards the limits of the next.
            UserId? other = Guid.TryParseExact(who, "d", out Guid id) ? new UserId(id) : await people.Find(http, who).ConfigureAwait(false);
            (Pair? pair, Problem? problem) = await edges.Look(http, other ?? new UserId(Guid.Empty)).ConfigureAwait(false);
            if (pair is null)
            {
                return problem!;
            }

            Transacted<Edge> done = await Do(what, edges, graph, pair, other ?? new UserId(Guid.Empty), clock.GetUtcNow(), http).ConfigureAwait(false);
            switch (done)
            {
                case { Refusal: { } why }:
                    passedOver.Add(new PassedOver(who, what, why.Code));
                    break;
                case { Recorded: 0 }:
                    alreadySo++;
                    break;
                case var _ when what == "follow":
                    followed++;
                    break;
                case { State.AreFriends: true }:
                    befriended++;
                    break;
                default:
                    asked++;
                    break;
            }
        }

        return TypedResults.Ok(new Imported(asked, befriended, followed, alreadySo, passedOver));
    }

    private static Task<Transacted<Edge>> Do(
        string what, EdgeCommand edges, GraphLog graph, Pair pair, UserId other, DateTimeOffset now, HttpContext http)
    {
        var metadata = new CommandMetadata(
            pair.Self.Id.ToString(), Guid.CreateVersion7(), Problem.TraceId(http), Activity.Current?.SpanId.ToHexString());
        return graph.Store.Transact<Edge, EdgeEvent>(
            Edge.Stream,
            edges.StreamOf(pair.Self.Id, other),
            edge => what == "follow" ? Follow.Decide(edge, pair) : RequestFriendship.Decide(edge, pair, now),
            metadata,
            http.RequestAborted);
    }
}
