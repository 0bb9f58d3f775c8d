using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;

namespace Wya.Api.Identity;

internal static class RefreshSessionEndpoint
{
    /// <param name="RefreshToken">The last one that this session got.</param>
    internal sealed record Body(string RefreshToken);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/sessions/refresh", Answer)
        .AllowAnyone()
        .RequireRateLimiting(RateLimits.Refresh)
        .Describe(
            "RefreshSession",
            "Refresh a session",
            "Exchanges a refresh token for the next one and a new access token. When the answer was lost, the same token may be sent once more "
            + "within 30 seconds. A token that comes back otherwise is in two hands, and ends the session.")
        .Produces<SessionTokens>()
        .ForExample(new Body(ExampleSessions.Tokens.RefreshToken), ExampleSessions.Tokens)
        .Refuses(Problems.RefreshTokenInvalid);

    private static async Task<IResult> Answer(Body body, Sessions sessions, CancellationToken ct)
    {
        SessionTokens? next = RefreshToken.TryParse(body.RefreshToken, out RefreshToken? presented)
            ? await sessions.Refresh(presented, ct).ConfigureAwait(false)
            : null;
        return next is null ? Problems.RefreshTokenInvalid : TypedResults.Ok(next);
    }
}
