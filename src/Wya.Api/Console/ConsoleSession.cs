using Wya.Api.Access;

namespace Wya.Api.Console;

/// <summary>Somebody's session at the API, as it lies sealed in their browser's cookie and nowhere else.</summary>
/// <param name="Handle">For the page's head.</param>
/// <param name="Session">The API's.</param>
/// <param name="Access">The access token.</param>
/// <param name="Refresh">Gets the next one.</param>
/// <param name="SignedInAt">When.</param>
/// <param name="RefreshedAt">When the access token was issued.</param>
internal sealed record ConsoleSession(
    string Handle, Guid Session, string Access, string Refresh, DateTimeOffset SignedInAt, DateTimeOffset RefreshedAt)
{
    /// <summary>A working day. Then whoever sits there says again who they are.</summary>
    public static readonly TimeSpan Whole = TimeSpan.FromHours(10);

    /// <summary>Who leaves the desk for longer is signed out.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>Renewed so long before its end, so that no page is answered half.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    public static ConsoleSession Of(string handle, SessionTokens tokens, DateTimeOffset now) =>
        new(handle, tokens.SessionId, tokens.AccessToken, tokens.RefreshToken, now, now);

    public bool IsOverAt(DateTimeOffset now) => now >= SignedInAt + Whole || now >= RefreshedAt + Idle;

    public bool NeedsTokensAt(DateTimeOffset now) => now >= RefreshedAt + AccessTokens.Lifetime - Margin;

    public ConsoleSession With(SessionTokens tokens, DateTimeOffset now) =>
        this with { Access = tokens.AccessToken, Refresh = tokens.RefreshToken, RefreshedAt = now };
}
