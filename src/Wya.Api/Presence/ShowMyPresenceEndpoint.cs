using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Api.Presence;

internal static class ShowMyPresenceEndpoint
{
    /// <summary>Oneself as others see one.</summary>
    /// <param name="FriendsSee">A friend next door.</param>
    /// <param name="StrangersSee">A stranger of the same age layer next door.</param>
    /// <param name="LocationIsOn">A place is shared, if there is a position.</param>
    /// <param name="IsThere">Heard within the lifetime of a presence.</param>
    /// <param name="LifetimeSeconds">So long after the last heartbeat one is gone.</param>
    internal sealed record MyPresence(
        SeenAnswer FriendsSee, SeenAnswer StrangersSee, bool IsThere, bool IsInvisible, PrivacyLevel PrivacyLevel, bool LocationIsOn, int LifetimeSeconds);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/presence", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe("ShowMyPresence", "See me as others see me", "What a friend and a stranger next door would be answered now. Nobody is told more than this of the caller.")
        .Produces<MyPresence>()
        .ForExample(answer: new MyPresence(
            SeenAnswer.Example, SeenAnswer.Example with { Status = null }, true, false, PrivacyLevel.General, true, 90))
        .Refuses(Problems.AccountResting, Problems.NotKnownYet);

    private static async Task<IResult> Answer(Presences presences, Sightlines sightlines, HttpContext http)
    {
        UserId me = http.ChatterId();
        OwnPresence own = await presences.Own(me, http.RequestAborted).ConfigureAwait(false);
        if (!own.IsKnown)
        {
            Degraded.Write(http.Response, "presence");
        }

        if (own.Visibility is not { } visibility)
        {
            return Problems.NotKnownYet;
        }

        bool locationIsOn = visibility.Finest(sightlines.Policy(visibility.AgeLayer), own.Present?.Stay.LocationIsOn ?? false) is not null;
        return TypedResults.Ok(new MyPresence(
            SeenAnswer.Of(me.Value, own.FriendsSee),
            SeenAnswer.Of(me.Value, own.StrangersSee),
            own.Present is not null,
            visibility.IsInvisible,
            visibility.Level,
            locationIsOn,
            (int)presences.Lifetime.TotalSeconds));
    }
}
