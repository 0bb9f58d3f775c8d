using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Wya.EventStore;

namespace Wya.Api.Access;

/// <summary>
/// Passwords, as slow salted hashes (PBKDF2 with HMAC-SHA-512). A password is compared as it was typed: no case is folded,
/// nothing trimmed or normalized.
/// </summary>
internal sealed class Passwords : IAsyncDisposable
{
    public const int CharactersMin = 12;
    public const int CharactersMax = 200;

    /// <summary>What OWASP asks for; a higher number later is stored with each hash, and old ones stay good.</summary>
    private const int Iterations = 210_000;

    /// <summary>Requests that may wait for their turn to hash: the processors are for others too.</summary>
    private const int WaitingMax = 64;

    private static readonly object Anybody = new();

    private readonly PasswordHasher<object> hasher;
    private readonly Lazy<string> nobodys;
    private readonly ConcurrencyLimiter turns = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
        QueueLimit = WaitingMax,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public Passwords()
        : this(Iterations)
    {
    }

    /// <summary>For tests, which have no time to be slow.</summary>
    public Passwords(int iterations)
    {
        hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
        nobodys = new Lazy<string>(() => hasher.HashPassword(Anybody, Convert.ToHexString(RandomNumberGenerator.GetBytes(32))));
    }

    /// <summary>Characters are Unicode's: a smiley is one.</summary>
    public static bool MayBe(string password) => password.EnumerateRunes().Count() is >= CharactersMin and <= CharactersMax;

    /// <exception cref="StoreUnavailableException">Too many wait already.</exception>
    public async Task<string> Hash(string password, CancellationToken ct)
    {
        using RateLimitLease turn = await Turn(ct).ConfigureAwait(false);
        return hasher.HashPassword(Anybody, password);
    }

    /// <param name="hash">Null when there is no account, or none with a password: then the same is done for nothing.</param>
    /// <exception cref="StoreUnavailableException">Too many wait already.</exception>
    public async Task<bool> IsRight(string? hash, string password, CancellationToken ct)
    {
        using RateLimitLease turn = await Turn(ct).ConfigureAwait(false);
        PasswordVerificationResult result = hasher.VerifyHashedPassword(Anybody, hash ?? nobodys.Value, password);
        return hash is not null && result != PasswordVerificationResult.Failed;
    }

    public ValueTask DisposeAsync() => turns.DisposeAsync();

    private async Task<RateLimitLease> Turn(CancellationToken ct)
    {
        RateLimitLease turn = await turns.AcquireAsync(1, ct).ConfigureAwait(false);
        if (turn.IsAcquired)
        {
            return turn;
        }

        turn.Dispose();
        throw new StoreUnavailableException("Too many passwords wait to be hashed.", TimeSpan.FromSeconds(1));
    }
}
