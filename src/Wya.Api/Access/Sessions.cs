using Npgsql;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Access;

/// <summary>Opens and refreshes sessions: a short access token that says who, and a refresh token that gets the next one.</summary>
internal sealed class Sessions(IdentityLog identity, AccessTokens tokens, Settings settings, TimeProvider clock)
{
    /// <summary>For so long a client whose answer was lost may send the same refresh token again.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly SessionTimes times = new(TimeSpan.FromDays(settings.SessionIdleDays), TimeSpan.FromDays(settings.SessionDaysMax), Grace);

    /// <param name="confirm">Run first, in the same transaction; false opens nothing.</param>
    /// <returns>Null when it was not confirmed.</returns>
    public async Task<SessionTokens?> Open(
        UserId user, string? label, Func<NpgsqlConnection, Task<bool>>? confirm, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var refresh = RefreshToken.OfNewSession();
        await using NpgsqlConnection connection = await identity.Database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        if (confirm is not null && !await confirm(connection).ConfigureAwait(false))
        {
            return null;
        }

        await SessionsTable.Open(connection, id, user, refresh.Digests, label, times, now, ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return SessionTokens.Of(tokens.Issue(user, id), refresh, id);
    }

    /// <returns>Null when the token is unknown, expired, or was used before.</returns>
    public async Task<SessionTokens?> Refresh(RefreshToken presented, CancellationToken ct)
    {
        RefreshToken successor = presented.Successor();
        (Guid Id, UserId User)? session = await SessionsTable
            .Refresh(identity.Database, presented.Digests, successor.Digests, times, clock.GetUtcNow(), ct).ConfigureAwait(false);
        return session is { } of ? SessionTokens.Of(tokens.Issue(of.User, of.Id), successor, of.Id) : null;
    }
}

/// <summary>What a person signs requests with from now on.</summary>
/// <param name="AccessToken">To send as <c>Authorization: Bearer …</c>.</param>
/// <param name="TokenType">Bearer.</param>
/// <param name="ExpiresIn">For how long the access token is good, in seconds.</param>
/// <param name="RefreshToken">Good for one refresh. Keep it secret, and send it nowhere but to <c>/sessions/refresh</c>.</param>
/// <param name="SessionId">The session that both belong to.</param>
internal sealed record SessionTokens(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, Guid SessionId)
{
    public static SessionTokens Of(string access, RefreshToken refresh, Guid session) =>
        new(access, "Bearer", (int)AccessTokens.Lifetime.TotalSeconds, refresh.Reveal(), session);
}
