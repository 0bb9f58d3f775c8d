using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;

namespace Wya.Api.Presence;

internal static class ShowPresenceEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/{userId}/presence", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ShowPresence",
            "See whether somebody is around",
            "Of a friend the status, activity, tier and room; of a stranger the activity and the tier at most. Who is of another age layer, blocked, invisible, erased or nobody "
            + "looks like a stranger who is not there.")
        .Produces<SeenAnswer>()
        .ForExample(answer: SeenAnswer.Example)
        .Refuses(Problems.AccountResting, Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid userId, Presences presences, HttpContext http)
    {
        SeenPeople seen = await presences.See(http.ChatterId(), [userId], http.RequestAborted).ConfigureAwait(false);
        if (!seen.IsKnown)
        {
            Degraded.Write(http.Response, "presence");
        }

        return TypedResults.Ok(SeenAnswer.Of(userId, seen.People[0].Seen));
    }
}
