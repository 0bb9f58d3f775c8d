using System.Globalization;
using StackExchange.Redis;

namespace Wya.Projections.Redis;

/// <summary>What whoever reaches a Redis by a connection string may do there, and how it treats what it holds.</summary>
/// <param name="MayAdminister">Its settings can be read by this user, so they can be changed, and snapshots be ordered.</param>
/// <param name="Snapshots">When it writes snapshots; null where that cannot be seen.</param>
/// <param name="IsAppending">It writes all that it takes to a file.</param>
/// <param name="SnapshotsMade">Since it was started.</param>
/// <param name="HasPassword">The connection string has one.</param>
public sealed record RedisInspection(
    int MajorVersion, bool MayAdminister, string? Snapshots, bool IsAppending, long SnapshotsMade, string MemoryPolicy, bool HasPassword)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <exception cref="RedisException">It does not answer, or not to this user.</exception>
    public static async Task<RedisInspection> Of(string connectionString)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(connectionString);
        options.AllowAdmin = true;
        options.AbortOnConnectFail = true;
        options.ConnectTimeout = (int)AnswerWithin.TotalMilliseconds;
        options.ConnectRetry = 1;
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        IDatabase database = connection.GetDatabase();
        string info = string.Join('\n', await Info(database, "server").ConfigureAwait(false), await Info(database, "persistence").ConfigureAwait(false), await Info(database, "memory").ConfigureAwait(false));
        string? snapshots = await Setting(database, "save").ConfigureAwait(false);
        return new RedisInspection(
            int.Parse(Line(info, "redis_version:").Split('.')[0], CultureInfo.InvariantCulture),
            snapshots is not null,
            snapshots,
            Line(info, "aof_enabled:") == "1",
            long.TryParse(Line(info, "rdb_saves:"), NumberStyles.None, CultureInfo.InvariantCulture, out long saves) ? saves : 0,
            Line(info, "maxmemory_policy:"),
            !string.IsNullOrEmpty(options.Password));
    }

    private static async Task<string> Info(IDatabase database, string section) => (string?)await database.ExecuteAsync("INFO", section).ConfigureAwait(false) ?? "";

    /// <returns>Null when the user may not ask, as it should be.</returns>
    private static async Task<string?> Setting(IDatabase database, string name)
    {
        try
        {
            var pair = (RedisResult[]?)await database.ExecuteAsync("CONFIG", "GET", name).ConfigureAwait(false);
            return pair is [_, var value] ? (string?)value ?? "" : "";
        }
        catch (RedisServerException refused) when (refused.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static string Line(string info, string name) =>
        info.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim() ?? "";
}
