using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;

namespace Wya.Api.Presence;

internal static class BeatPresenceEndpoint
{
    /// <param name="Status"><c>online</c> when it is left out, or <c>away</c>.</param>
    /// <param name="Activity"><c>browsing</c> when it is left out, <c>chatting</c> or <c>idle</c>.</param>
    /// <param name="RoomId">The room that the person is in; left out in none.</param>
    /// <param name="Position">
    /// Latitude, longitude and source (gps, wifi, manual or ip), or the cell as a geohash of 4 to 7 characters and the source. Left out, the place stays.
    /// </param>
    /// <param name="LocationIsOn">For this stay: how minors turn it on.</param>
    /// <param name="Device">A name of 1 to 40 characters for the device, where a session does not stand for it.</param>
    internal sealed record Body(
        PresenceStatus? Status = null, Activity? Activity = null, Guid? RoomId = null, PositionReport? Position = null, bool? LocationIsOn = null, string? Device = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/presence/heartbeat", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Heartbeat)
        .Describe(
            "BeatPresence",
            "Say that I am there",
            "Every 30 to 45 seconds, for as long as it is true. The position is reduced to a coarse cell at once, no finer than the caller shares, and nothing of it is "
            + "written to any disk. With Wya-Degraded: presence it was not taken, and nobody is around for a while.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(PresenceStatus.Online, Activity.Chatting, Position: new PositionReport(ReportedPlace.Of("u33dc")!, PositionSource.Manual)))
        .Refuses(Problems.AccountResting, Problems.NotKnownYet);

    private static async Task<IResult> Answer(Body body, Presences presences, Settings settings, HttpContext http)
    {
        if (body.Status == PresenceStatus.Offline)
        {
            return Problems.MalformedRequest("Who is offline sends no heartbeat: leave with DELETE /me/presence.");
        }

        if (PresenceDevice.Of(http, settings, body.Device) is not { } device)
        {
            return Problems.MalformedRequest("A device's name has 1 to 40 visible characters.");
        }

        var beat = new Beat(body.Status ?? PresenceStatus.Online, body.Activity ?? Activity.Browsing, body.RoomId, body.Position, body.LocationIsOn);
        if (!await presences.Beat(http.ChatterId(), device, beat, http.RequestAborted).ConfigureAwait(false))
        {
            Degraded.Write(http.Response, "presence");
        }

        return TypedResults.NoContent();
    }
}

internal static class PresenceDevice
{
    /// <returns>Null for a name that is none.</returns>
    public static Device? Of(HttpContext http, Settings settings, string? name) =>
        name is not null && (name.Length is < 1 or > Device.NameCharactersMax || name.Any(char.IsControl))
            ? null
            : Device.Of(settings.IssuesTokens ? http.SessionId() : null, name);
}
