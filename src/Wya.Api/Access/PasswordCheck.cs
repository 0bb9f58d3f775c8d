using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Access;

/// <summary>What comparing a password came to.</summary>
internal abstract record PasswordChecked
{
    private PasswordChecked() { }

    /// <param name="Hash">What it was compared with, to be confirmed in the transaction that relies on it.</param>
    public sealed record Right(string Hash) : PasswordChecked;

    public sealed record Wrong : PasswordChecked;

    public sealed record TooOften(Problem Problem) : PasswordChecked;
}

/// <summary>
/// Compares a password, at most so often for one account. An account without a password, and a handle that nobody has, get
/// the same answers after the same work.
/// </summary>
internal sealed class PasswordCheck(IdentityLog identity, Passwords passwords, UnknownAccounts unknown, TimeProvider clock)
{
    /// <summary>No person has this id, so that a handle that nobody has is looked for like any other.</summary>
    private static readonly UserId Nobody = new(Guid.Empty);

    /// <param name="handle">As typed, whether anybody has it or not.</param>
    public async Task<PasswordChecked> Of(UserId? user, string handle, string password, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Task<DateTimeOffset?> asUnknown = unknown.BeginAttempt(handle, ct); // counted for everybody, so that the time it takes tells nothing
        PasswordAttempt attempt = await CredentialsTable
            .BeginAttempt(identity.Database, user ?? Nobody, SessionEndpoints.Attempts, now, ct).ConfigureAwait(false);
        DateTimeOffset? unknownUntil = await asUnknown.ConfigureAwait(false);
        DateTimeOffset? wait = attempt switch
        {
            PasswordAttempt.TooMany(var until) => until,
            PasswordAttempt.NoPassword => unknownUntil,
            _ => null,
        };
        if (wait is { } end)
        {
            return new PasswordChecked.TooOften(Problems.TooManyRequests(end - now));
        }

        string? hash = (attempt as PasswordAttempt.Granted)?.Hash;
        return await passwords.IsRight(hash, password, ct).ConfigureAwait(false) ? new PasswordChecked.Right(hash!) : new PasswordChecked.Wrong();
    }
}
