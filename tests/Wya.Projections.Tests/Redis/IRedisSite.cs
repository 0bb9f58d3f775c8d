using Wya.Projections.Redis;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Projections.Tests.Redis;

/// <summary>Where a Redis suite runs: on one server, and once more on a cluster.</summary>
public interface IRedisSite : IAsyncLifetime
{
    string ConnectionString { get; }

    void FlushAll();

    /// <summary>How its servers are, for who waited in vain.</summary>
    string Seen() => "";

    /// <summary>Kills the server; of a cluster a master, after which its replica steps in.</summary>
    Task Lose();

    /// <summary>Starts again, empty, what was lost.</summary>
    Task Restore();
}

internal static class RedisReach
{
    /// <summary>The first connection is made in the background.</summary>
    public static Task Reached(this RedisServer server) => Eventually.Is(
        async () =>
        {
            try
            {
                await server.Ping();
                return true;
            }
            catch (RedisAwayException)
            {
                return false;
            }
        },
        "Redis is reached");
}

/// <summary>One server.</summary>
public sealed class SoloSite : IRedisSite
{
    private RedisInstance? server;

    public string ConnectionString => server!.ConnectionString;

    public RedisInstance Server => server!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        server = await RedisInstance.Start("cache");
    }

    public void FlushAll() => server!.FlushAll();

    public Task Lose() => server!.Kill();

    public Task Restore() => server!.Start();

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}

/// <summary>Six nodes.</summary>
public sealed class ClusterSite : IRedisSite
{
    private RedisCluster? cluster;
    private RedisInstance? lost;

    public string ConnectionString => cluster!.ConnectionString;

    public RedisCluster Cluster => cluster!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        cluster = await RedisCluster.Start("cache");
    }

    public void FlushAll() => cluster!.FlushAll();

    public string Seen() => cluster!.Seen();

    public Task Lose()
    {
        lost = cluster!.AMaster();
        return lost.Kill();
    }

    public async Task Restore()
    {
        await lost!.Start();
        await cluster!.UntilWhole();
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}
