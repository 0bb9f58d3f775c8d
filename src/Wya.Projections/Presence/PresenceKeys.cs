using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.EventStore;
using Wya.Projections.Redis;

namespace Wya.Projections.Presence;

/// <param name="Before">Null for who was not there.</param>
/// <param name="After">Null for who is not there any more.</param>
public sealed record PresenceWritten(Present? Before, Present? After);

/// <summary>
/// Presence in Redis, and nowhere else. Three keys a person, with one hash tag and hence on one node: <c>presence:{id}</c>
/// as the specification has it, <c>presence_stay:{id}</c> with the devices and the cell that it is made of, both gone a
/// lifetime after the last heartbeat; and <c>presence_moves:{id}</c>, which counts for an hour how often the cell has changed
/// and knows neither where nor when. Heartbeats of several devices meet by compare-and-set on the stay: whoever comes second
/// reads again. Nothing is read to authorise anything.
/// </summary>
public sealed class PresenceKeys(RedisServer server, TimeSpan lifetime)
{
    /// <summary>People in one round trip.</summary>
    public const int BatchMax = 200;

    private const int AttemptsMax = 5;

    private const string CompareAndSet =
        """
        if (redis.call('get', KEYS[2]) or '') ~= ARGV[1] then return 0 end
        if ARGV[2] == '' then
            redis.call('del', KEYS[1], KEYS[2])
        else
            redis.call('set', KEYS[1], ARGV[3], 'px', ARGV[4])
            redis.call('set', KEYS[2], ARGV[2], 'px', ARGV[4])
        end
        if ARGV[5] == '1' and redis.call('incr', KEYS[3]) == 1 then redis.call('expire', KEYS[3], 3600) end
        return 1
        """;

    private readonly RedisValue lifetimeMilliseconds = (long)lifetime.TotalMilliseconds;

    public TimeSpan Lifetime { get; } = lifetime;

    /// <summary>Changes a stay; the function may be called again when another device was faster.</summary>
    /// <param name="change">The stay now, and how many moves are left in this hour; to the stay afterwards, and whether it has used a move.</param>
    /// <exception cref="RedisAwayException">It may have been done.</exception>
    public Task<PresenceWritten> Change(UserId user, Func<Stay, int, (Stay Stay, bool IsMove)> change, DateTimeOffset now, CancellationToken ct = default) =>
        server.Ask(
            async database =>
            {
                RedisKey[] keys = Keys(user.Value);
                for (int attempt = 1; ; attempt++)
                {
                    RedisValue[] found = await database.StringGetAsync(keys).ConfigureAwait(false);
                    string old = (string?)found[1] ?? "";
                    Stay before = StayJson.Read(old) ?? Stay.Empty;
                    (Stay after, bool isMove) = change(before, KnownPlace.MovesPerHourMax - Number(found[2]));
                    PresenceSnapshot? merged = after.Merged(now, Lifetime);
                    RedisResult isSet = await RedisServer.Run(
                        database,
                        CompareAndSet,
                        keys,
                        [old, merged is null ? "" : StayJson.Write(after), merged is null ? "" : JsonSerializer.Serialize(merged, EventJson.Options), lifetimeMilliseconds, isMove ? 1 : 0])
                        .ConfigureAwait(false);
                    if ((int)isSet == 1)
                    {
                        return new PresenceWritten(Of(Snapshot(found[0]), before), Of(merged, after));
                    }

                    if (attempt == AttemptsMax)
                    {
                        throw new RedisAwayException(server.Name, "crowded");
                    }
                }
            },
            ct);

    /// <summary>Those of the asked who are there.</summary>
    /// <exception cref="RedisAwayException">It cannot be asked: nobody is known to be there.</exception>
    public async Task<IReadOnlyDictionary<Guid, Present>> Read(IReadOnlyCollection<Guid> users, CancellationToken ct = default)
    {
        Dictionary<Guid, Present> present = [];
        foreach (Guid[] batch in users.Distinct().Chunk(BatchMax))
        {
            RedisValue[][] found = await server.Ask(
                database => Task.WhenAll(batch.Select(user => database.StringGetAsync(Keys(user)[..2]))), ct).ConfigureAwait(false);
            foreach ((Guid user, RedisValue[] values) in batch.Zip(found))
            {
                if (Snapshot(values[0]) is { } snapshot)
                {
                    present[user] = new Present(snapshot, StayJson.Read(values[1]) ?? Stay.Empty);
                }
            }
        }

        return present;
    }

    private static Present? Of(PresenceSnapshot? snapshot, Stay stay) => snapshot is null ? null : new Present(snapshot, stay);

    private static PresenceSnapshot? Snapshot(RedisValue value)
    {
        try
        {
            return value.IsNullOrEmpty ? null : JsonSerializer.Deserialize<PresenceSnapshot>((string)value!, EventJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Number(RedisValue value) =>
        int.TryParse((string?)value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static RedisKey[] Keys(Guid user) => [$"presence:{{{user}}}", $"presence_stay:{{{user}}}", $"presence_moves:{{{user}}}"];
}
