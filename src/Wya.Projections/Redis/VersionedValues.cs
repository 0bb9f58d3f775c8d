using System.Globalization;
using StackExchange.Redis;

namespace Wya.Projections.Redis;

/// <summary>
/// Values in Redis that many write and nobody orders. Format: the value at its key, as text and nothing else; beside it,
/// at <c>key:version</c>, "epoch position", and "gone" after it for a tombstone. Invariant: for as long as the version is kept, no older value takes the place
/// of a newer one, and none takes the place of a tombstone. Argument: both keys share a hash tag, hence a node, and a script
/// compares and sets in one step; values are whole, never increments, so that a lost or repeated write does no harm.
/// The version outlives the value by far: a value that ran out, or was deleted, is not brought back by a writer that was
/// held up. What it costs: one small key more for each value, kept for <see cref="VersionLife"/> after its last write.
/// A value without a version counts as none.
/// </summary>
public sealed class VersionedValues(RedisServer server, TimeSpan life)
{
    /// <summary>Longer than any writer is late: a consumer that leads gives up its lease, and its Redis call, within seconds.</summary>
    public static readonly TimeSpan VersionLife = TimeSpan.FromHours(1);

    /// <summary>Values in one round trip; more are sent in several.</summary>
    public const int BatchMax = 500;

    private const string Gone = " gone";

    private const string CompareAndSet =
        """
        local epoch, position, gone = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[5]
        local kept = redis.call('get', KEYS[2])
        if kept then
            local old_epoch, old_position, old_gone = string.match(kept, '^(%d+) (%d+)(.*)$')
            old_epoch, old_position = tonumber(old_epoch), tonumber(old_position)
            if epoch < old_epoch then return 3 end
            if epoch == old_epoch and position < old_position then return 2 end
            if epoch == old_epoch and position == old_position then
                if old_gone ~= '' or redis.call('pexpire', KEYS[1], ARGV[3]) == 1 then
                    redis.call('pexpire', KEYS[2], ARGV[4])
                    return 1
                end
            end
        end
        redis.call('set', KEYS[2], ARGV[1] .. ' ' .. ARGV[2] .. gone, 'px', ARGV[4])
        if gone == '' then
            redis.call('set', KEYS[1], ARGV[6], 'px', ARGV[3])
        else
            redis.call('del', KEYS[1])
        end
        return 0
        """;

    private readonly RedisValue lifeMilliseconds = (long)life.TotalMilliseconds;

    public RedisServer Server => server;

    public TimeSpan Life { get; } = life;

    /// <summary>Each for itself; what is newer already stays.</summary>
    /// <exception cref="RedisAwayException">Some may have been written.</exception>
    public async Task<IReadOnlyList<WriteOutcome>> Write(IReadOnlyList<VersionedValue> values, CancellationToken ct = default)
    {
        List<WriteOutcome> outcomes = new(values.Count);
        foreach (VersionedValue[] batch in values.Chunk(BatchMax))
        {
            outcomes.AddRange(await server.Ask(database => Task.WhenAll(batch.Select(value => Write(database, value))), ct).ConfigureAwait(false));
        }

        return outcomes;
    }

    /// <summary>The value with its version; a tombstone has no value. Null when nothing is known, or no more.</summary>
    /// <exception cref="RedisAwayException">It cannot be asked.</exception>
    public Task<VersionedValue?> Read(string key, CancellationToken ct = default) => server.Ask(database => Read(database, key), ct);

    /// <summary>In the order of the keys.</summary>
    public Task<VersionedValue?[]> Read(IReadOnlyList<string> keys, CancellationToken ct = default) =>
        server.Ask(database => Task.WhenAll(keys.Select(key => Read(database, key))), ct);

    /// <summary>The value alone: its version stays, so that no older one comes back, and the same one is written again.</summary>
    public Task Forget(string key, CancellationToken ct = default) => server.Ask(database => database.KeyDeleteAsync(key), ct);

    private static string VersionKey(string key) => $"{key}:version";

    private static async Task<VersionedValue?> Read(IDatabase database, string key)
    {
        RedisValue[] found = await database.StringGetAsync([key, VersionKey(key)]).ConfigureAwait(false);
        string text = (string?)found[1] ?? "";
        bool isGone = text.EndsWith(Gone, StringComparison.Ordinal);
        return (isGone || !found[0].IsNull) && TryParse(isGone ? text[..^Gone.Length] : text, out ValueVersion version)
            ? new VersionedValue(key, version, isGone ? null : (string?)found[0])
            : null;
    }

    private async Task<WriteOutcome> Write(IDatabase database, VersionedValue value)
    {
        (long epoch, long position) = value.Version;
        if (epoch is < 0 or >= ValueVersion.Max || position is < 0 or >= ValueVersion.Max)
        {
            throw new ArgumentOutOfRangeException(nameof(value), "Epochs and positions are from 0 up to 2^53.");
        }

        RedisResult result = await RedisServer.Run(
            database,
            CompareAndSet,
            [value.Key, VersionKey(value.Key)],
            [Text(epoch), Text(position), lifeMilliseconds, (long)VersionLife.TotalMilliseconds, value.Value is null ? Gone : "", value.Value ?? ""])
            .ConfigureAwait(false);
        return (WriteOutcome)(int)result;
    }

    private static bool TryParse(string text, out ValueVersion version)
    {
        version = default;
        string[] parts = text.Split(' ');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long epoch)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long position))
        {
            return false;
        }

        version = new ValueVersion(epoch, position);
        return true;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
