using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Api.Identity;

internal static class ChangePresenceSettingsEndpoint
{
    /// <param name="PrivacyLevel"><c>hidden</c>, <c>general</c> or <c>precise</c>.</param>
    /// <param name="IsInvisible">To everybody else the caller seems offline.</param>
    /// <param name="LocationIsOn">Left out, it stays as it was. Minors turn it on with a heartbeat instead, for one stay.</param>
    internal sealed record Body(PrivacyLevel PrivacyLevel, bool IsInvisible, bool? LocationIsOn = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/me/presence/settings", Answer)
        .RequireSignIn()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "ChangePresenceSettings",
            "Choose how I am seen",
            "Kept until it is changed; it says nothing of when or where somebody is. What was shared beyond it is gone at once.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(PrivacyLevel.General, false, true))
        .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.LocationEachStay);

    private static async Task<IResult> Answer(Body body, IdentityLog identity, Presences presences, HttpContext http)
    {
        UserId me = http.Caller().Id;
        var command = new ChangePresenceSettings(body.PrivacyLevel, body.IsInvisible, body.LocationIsOn);
        IResult answer = await Command.Run(
            http,
            identity,
            User.Stream,
            me.Value,
            user => ChangePresenceSettings.Decide(user, command),
            content: body,
            answer: _ => TypedResults.NoContent()).ConfigureAwait(false);
        await presences.Rechosen(me, http.RequestAborted).ConfigureAwait(false);
        return answer;
    }
}
