using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Api.Identity;

internal static class ChangeDiscoveryPreferencesEndpoint
{
    /// <param name="Order"><c>ranked</c> or <c>chronological</c>.</param>
    /// <param name="ProximityPercent">The part of the score that is nearness, 50 to 100; the rest is trust.</param>
    /// <param name="FindableBy"><c>nobody</c>, <c>friends</c>, <c>friends_of_friends</c> or <c>everybody</c> near by; at most as the age layer allows.</param>
    /// <param name="FriendsOnly">Show me friends alone.</param>
    /// <param name="Furthest"><c>city</c>, <c>local</c>, <c>nearby</c> or <c>immediate</c>; left out, nobody is left out for being far.</param>
    internal sealed record Body(DiscoveryOrder Order, int ProximityPercent, FindableBy FindableBy, bool FriendsOnly = false, LocationTier? Furthest = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/me/discovery/preferences", Answer)
        .RequireSignIn()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "ChangeDiscoveryPreferences",
            "Choose how I find others, and who finds me",
            "Kept until it is changed. Who may find the caller holds for the very next answer to anybody.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(DiscoveryOrder.Ranked, 80, FindableBy.FriendsOfFriends))
        .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.ProximityWeightInvalid);

    private static async Task<IResult> Answer(Body body, IdentityLog identity, TownWatch watch, HttpContext http)
    {
        UserId me = http.Caller().Id;
        var command = new ChangeDiscoveryPreferences(
            new DiscoveryPreferences(body.Order, body.ProximityPercent, body.FindableBy, body.FriendsOnly, body.Furthest));
        IResult answer = await Command.Run(
            http,
            identity,
            User.Stream,
            me.Value,
            user => ChangeDiscoveryPreferences.Decide(user, command),
            content: body,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
        watch.Rechosen(me);
        return answer;
    }
}
