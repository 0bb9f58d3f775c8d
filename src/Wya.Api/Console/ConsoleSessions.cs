using System.Collections.Concurrent;
using Wya.Api.Access;

namespace Wya.Api.Console;

/// <summary>
/// Signs in, renews and signs out at the API's own routes. A session's tokens are renewed by one request at a time, and
/// those that came at the same moment, from other tabs, get what it got: a refresh token is good for one use, and one that
/// comes twice ends the session.
/// </summary>
internal sealed class ConsoleSessions(OwnApi api, ConsoleCookie cookie, TimeProvider clock)
{
    public const string Label = "Console";

    private readonly ConcurrentDictionary<string, Lazy<Task<Reply>>> renewing = new(StringComparer.Ordinal);

    /// <summary>The session of the request, with tokens that are good; null when there is none any more.</summary>
    public async Task<ConsoleSession?> Current(HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (cookie.Read(http.Request) is not { } session || session.IsOverAt(now))
        {
            return null;
        }

        if (!session.NeedsTokensAt(now))
        {
            return session;
        }

        Reply renewed = await Renew(http, session).ConfigureAwait(false);
        if (!renewed.IsGood)
        {
            return renewed.Status == StatusCodes.Status401Unauthorized ? null : throw new ApiRefused(renewed.Problem);
        }

        session = session.With(renewed.Read<SessionTokens>(), now);
        cookie.Write(http, session);
        return session;
    }

    public async Task<Reply> SignIn(HttpContext http, string handle, string password)
    {
        Reply opened = await api.Send(http, "POST", "/sessions", token: null, new { handle, password, label = Label }, ct: http.RequestAborted).ConfigureAwait(false);
        if (opened.IsGood)
        {
            cookie.Write(http, ConsoleSession.Of(handle, opened.Read<SessionTokens>(), clock.GetUtcNow()));
        }

        return opened;
    }

    public async Task SignOut(HttpContext http, ConsoleSession session)
    {
        ConsoleCookie.Delete(http);
        await api.Send(http, "DELETE", "/sessions/current", session.Access, ct: http.RequestAborted).ConfigureAwait(false);
    }

    private async Task<Reply> Renew(HttpContext http, ConsoleSession session)
    {
        // Whoever of them goes away, the others still want the answer.
        Reply reply = await renewing.GetOrAdd(
            session.Refresh,
            (token, http) => new Lazy<Task<Reply>>(() => api.Send(
                http, "POST", "/sessions/refresh", token: null, new { refresh_token = token }, ct: CancellationToken.None)),
            http).Value.ConfigureAwait(false);
        _ = Forget(session.Refresh, reply.IsGood ? Sessions.Grace : TimeSpan.Zero);
        return reply;
    }

    private async Task Forget(string refreshToken, TimeSpan after)
    {
        await Task.Delay(after, clock).ConfigureAwait(false);
        renewing.TryRemove(refreshToken, out _);
    }
}
