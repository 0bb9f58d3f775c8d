using Wya.Projections.Redis;

namespace Wya.Api.Http;

/// <summary>
/// The Redis servers of this process, each where the settings name one. Nothing rests on them: without the cache, what it
/// would hold is read from PostgreSQL; without presence, nobody is around.
/// </summary>
internal sealed class RedisServers(Settings settings) : IAsyncDisposable
{
    public RedisServer? Cache { get; } = Open("cache", settings.CacheConnectionString, settings.RedisWait);

    public RedisServer? Presence { get; } = Open("presence", settings.PresenceConnectionString, settings.RedisWait);

    public IEnumerable<RedisServer> All => new[] { Cache, Presence }.OfType<RedisServer>();

    public async ValueTask DisposeAsync()
    {
        foreach (RedisServer server in All)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static RedisServer? Open(string name, string? connectionString, TimeSpan answerWithin) =>
        connectionString is null ? null : new RedisServer(name, connectionString, answerWithin);
}
