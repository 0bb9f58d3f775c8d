using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Wya.Projections.Redis;

/// <param name="Tokens">As many as were there of those asked for.</param>
/// <param name="Wait">When there were none: how long until there is one.</param>
public readonly record struct TokensTaken(int Tokens, TimeSpan Wait);

/// <summary>
/// What the nodes of an installation count together: buckets of tokens, each filled evenly, and attempts within a window.
/// One key each, <c>limit:{digest}</c>: the digest is keyed, so that neither an address nor a person nor a handle stands in
/// Redis, and the key ends by itself as soon as it says no more than a missing one would. Time is the server's, so that the
/// clocks of nodes do not matter. One script, one round trip. A server that is flushed, or goes back in time, gives each
/// bucket once more at most.
/// </summary>
/// <param name="secret">The same at every node.</param>
public sealed class SharedLimits(RedisServer server, byte[] secret)
{
    // Format: "tokens milliseconds"; the tokens that were left then. Half full or empty, it is full after one period.
    private const string TakeTokens =
        """
        local most, period, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local time = redis.call('time')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local tokens, last = most, now
        local kept = redis.call('get', KEYS[1])
        if kept then
            local then_left, then_time = string.match(kept, '^(%S+) (%d+)$')
            last = tonumber(then_time)
            tokens = math.min(most, tonumber(then_left) + math.max(0, now - last) * most / period)
        end
        local taken = math.min(want, math.floor(tokens))
        tokens = tokens - taken
        redis.call('set', KEYS[1], string.format('%.6f %.0f', tokens, now), 'px', period)
        if taken > 0 then return taken end
        return -math.ceil((1 - tokens) * period / most)
        """;

    private const string CountAttempt =
        """
        local count = redis.call('incr', KEYS[1])
        if count == 1 then redis.call('pexpire', KEYS[1], ARGV[2]) end
        if count <= tonumber(ARGV[1]) then return 0 end
        return math.max(1, redis.call('pttl', KEYS[1]))
        """;

    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "limits of all nodes"u8.ToArray());

    /// <summary>Takes tokens out of a bucket that holds so many at most and is filled within the period.</summary>
    /// <param name="of">Of what and of whom; never sent.</param>
    /// <exception cref="RedisAwayException">They may have been taken.</exception>
    public async Task<TokensTaken> Take(string of, int most, TimeSpan period, int want, CancellationToken ct = default)
    {
        int answer = (int)await Run(TakeTokens, of, [most, (long)period.TotalMilliseconds, want], ct).ConfigureAwait(false);
        return answer > 0 ? new TokensTaken(answer, TimeSpan.Zero) : new TokensTaken(0, TimeSpan.FromMilliseconds(-answer));
    }

    /// <summary>Counts one attempt of a window that begins with the first. Null when it is one of those allowed; otherwise how long it waits.</summary>
    /// <param name="of">Of what and of whom; never sent.</param>
    /// <exception cref="RedisAwayException">It may have been counted.</exception>
    public async Task<TimeSpan?> Attempt(string of, int most, TimeSpan window, CancellationToken ct = default) =>
        (int)await Run(CountAttempt, of, [most, (long)window.TotalMilliseconds], ct).ConfigureAwait(false) is > 0 and var wait
            ? TimeSpan.FromMilliseconds(wait)
            : null;

    private Task<RedisResult> Run(string script, string of, RedisValue[] values, CancellationToken ct)
    {
        RedisKey[] keys = [$"limit:{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(of)).AsSpan(0, 16))}"];
        return server.Ask(database => RedisServer.Run(database, script, keys, values), ct);
    }
}
