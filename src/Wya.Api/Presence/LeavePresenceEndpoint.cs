using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;

namespace Wya.Api.Presence;

internal static class LeavePresenceEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/presence", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Heartbeat)
        .Describe("LeavePresence", "Say that I am gone", "With this device; other devices of the caller stay. Without it, one is gone a lifetime after the last heartbeat.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(Problems.AccountResting, Problems.NotKnownYet);

    private static async Task<IResult> Answer(Presences presences, Settings settings, HttpContext http, string? device = null)
    {
        if (PresenceDevice.Of(http, settings, device) is not { } known)
        {
            return Problems.MalformedRequest("A device's name has 1 to 40 visible characters.");
        }

        if (!await presences.Leave(http.ChatterId(), known, http.RequestAborted).ConfigureAwait(false))
        {
            Degraded.Write(http.Response, "presence");
        }

        return TypedResults.NoContent();
    }
}
