using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Discovery;
using Wya.Domain.Presence.Events;

namespace Wya.Api.Discovery;

internal static class ShowDiscoverabilityEndpoint
{
    /// <param name="Kinds">Friends, friends of friends, and strangers of the caller's age layer; nobody of another one finds the caller.</param>
    internal sealed record Discoverability(IReadOnlyList<SeenByKind> Kinds);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/discovery/visibility", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ShowDiscoverability",
            "See who can find me",
            "Which kinds of people can find the caller now, how near they would be told the caller is at most, and why.")
        .Produces<Discoverability>()
        .ForExample(answer: new Discoverability(
            [new SeenByKind(Relation.Friend, true, LocationTier.Local, ["You are around, and you share your place as closely as this with them."])]))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(DiscoveryAnswers answers, HttpContext http)
    {
        if (await answers.Self(http.Caller().Id, http.RequestAborted).ConfigureAwait(false) is not { } self)
        {
            return Problems.NotKnownYet;
        }

        if (!answers.IsKnown)
        {
            Degraded.Write(http.Response, "presence");
        }

        return TypedResults.Ok(new Discoverability(OwnVisibility.Of(self)));
    }
}
