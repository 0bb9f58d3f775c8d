using System.Globalization;
using StackExchange.Redis;

namespace Wya.Projections.Redis;

/// <summary>What a Redis says of itself to whoever may ask for no more than that; of a cluster, one of its nodes.</summary>
/// <param name="MemoryBytes">In use.</param>
/// <param name="MemoryBytesMax">0 where it has no bound of its own.</param>
/// <param name="Keys">How many it holds.</param>
public sealed record RedisFigures(long MemoryBytes, long MemoryBytesMax, long Keys)
{
    /// <exception cref="RedisAwayException">It does not answer.</exception>
    public static Task<RedisFigures> Of(RedisServer server, CancellationToken ct = default) => server.Ask(
        async database =>
        {
            string info = (string?)await database.ExecuteAsync("INFO", "memory").ConfigureAwait(false) ?? "";
            RedisResult keys = await database.ExecuteAsync("DBSIZE").ConfigureAwait(false);
            return new RedisFigures(Number(info, "used_memory:"), Number(info, "maxmemory:"), (long)keys);
        },
        ct);

    private static long Number(string info, string name)
    {
        string? line = info.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.TryParse(line?[name.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
    }
}
