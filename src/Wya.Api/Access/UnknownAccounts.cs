using System.Security.Cryptography;
using System.Text;
using Wya.Domain.Identity;
using Wya.Projections.Identity;
using Wya.Projections.Redis;

namespace Wya.Api.Access;

/// <summary>
/// Counts sign-ins of handles that nobody has, or that have no password, by the same rule as <see cref="CredentialsTable"/>
/// does for the others, so that being asked to wait does not tell an account from none. In this process's memory, by a digest
/// under a key that ends with the process; and with all nodes together in Redis, where there is one and while it answers.
/// </summary>
internal sealed class UnknownAccounts(AttemptLimit limit, TimeProvider clock, SharedLimits? shared)
{
    /// <summary>Beyond these the oldest is forgotten.</summary>
    private const int CountedMax = 100_000;

    private readonly Lock gate = new();
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<Int128, Window> windows = [];
    private readonly Queue<(Int128 Account, DateTimeOffset Until)> oldest = new(); // all windows are as long, so they end in this order

    private sealed class Window(DateTimeOffset until)
    {
        public DateTimeOffset Until { get; } = until;

        public int Count { get; set; }
    }

    /// <summary>Null when one more may be tried; otherwise the end of the wait.</summary>
    public async Task<DateTimeOffset?> BeginAttempt(string handle, CancellationToken ct)
    {
        string account = Handle.SkeletonsOf(handle) is [var first, ..] ? first : handle; // handles that look alike are one account
        DateTimeOffset? wait = BeginHere(Digest(account));
        if (wait is not null || shared is null)
        {
            return wait;
        }

        try
        {
            return clock.GetUtcNow() + await shared.Attempt($"sign-in of {account}", limit.CountMax, limit.Window, ct).ConfigureAwait(false);
        }
        catch (RedisAwayException)
        {
            return null; // what this process has counted decides
        }
    }

    private DateTimeOffset? BeginHere(Int128 account)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (gate)
        {
            while (oldest.TryPeek(out (Int128 Account, DateTimeOffset Until) first) && (first.Until <= now || windows.Count >= CountedMax))
            {
                oldest.Dequeue();
                windows.Remove(first.Account);
            }

            if (!windows.TryGetValue(account, out Window? window))
            {
                windows[account] = window = new Window(now + limit.Window);
                oldest.Enqueue((account, window.Until));
            }

            if (window.Count >= limit.CountMax)
            {
                return window.Until;
            }

            window.Count++;
            return null;
        }
    }

    private Int128 Digest(string account) => BitConverter.ToInt128(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(account)));
}
