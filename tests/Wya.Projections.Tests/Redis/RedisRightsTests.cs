using Shouldly;
using Wya.Projections.Redis;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Projections.Tests.Redis;

/// <summary>What the application may not do on the server of presence, and that nothing of it comes to lie on a disk.</summary>
[Trait("seed", "2.1")]
[Trait("seed", "2.5")]
public sealed class RedisRightsTests
{
    private static readonly string[][] Forbidden =
    [
        ["SAVE"], ["BGSAVE"], ["BGREWRITEAOF"], ["MONITOR"], ["DEBUG", "JMAP"], ["CONFIG", "SET", "save", "1 1"], ["CONFIG", "GET", "dir"],
        ["SHUTDOWN", "SAVE"], ["REPLICAOF", "127.0.0.1", "1"], ["SLOWLOG", "GET"], ["ACL", "LIST"], ["MODULE", "LIST"], ["KEYS", "*"],
        ["FLUSHALL"], ["PSYNC", "?", "-1"], ["CLIENT", "KILL", "TYPE", "normal"], ["LATENCY", "DOCTOR"],
    ];

    public static IEnumerable<TheoryDataRow<string>> Kinds => [new("presence"), new("cache")];

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_application_can_neither_write_to_disk_nor_look_at_others(string kind)
    {
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        await using RedisInstance server = await RedisInstance.Start(kind);
        await using var application = new RedisServer(kind, server.ConnectionString);
        await Eventually.Is(() => IsWritten(application), "the application can write");
        foreach (string[] command in Forbidden)
        {
            using RedisWire wire = server.AsApplication();
            wire.IsForbidden(command).ShouldBeTrue(command[0]);
            wire.IsRefused("EVAL", $"return redis.call({string.Join(", ", command.Select(word => $"'{word}'"))})", "0").ShouldBeTrue(command[0]);
        }

        using RedisWire last = server.AsApplication();
        last.Ask("GET", "marked").ShouldBe("there"); // no script flushed it either
        Directory.EnumerateFileSystemEntries(server.WorkingFolder).ShouldBeEmpty();
    }

    /// <summary>Nor can an operator, not even by mistake: the folder takes no file. And no list of the server's own quotes a key.</summary>
    [Fact]
    public async Task Not_even_an_operator_writes_presence_to_disk()
    {
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        await using RedisInstance server = await RedisInstance.Start("presence");
        using RedisWire wire = server.AsOperator();
        wire.Ask("SET", "marked", "there");
        Should.Throw<InvalidOperationException>(() => wire.Ask("SAVE"));
        wire.Ask("EVAL", "for i = 1, 2000000 do end return redis.call('get', 'marked')", "0");
        server.AsApplication().IsForbidden("KEYS", "marked").ShouldBeTrue();
        wire.Ask("SLOWLOG", "LEN").ShouldBe("0");
        wire.Ask("ACL", "LOG").ShouldBeEmpty();
        wire.Ask("LATENCY", "LATEST").ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(server.WorkingFolder).ShouldBeEmpty();
    }

    private static async Task<bool> IsWritten(RedisServer server)
    {
        try
        {
            return await server.Ask(database => database.StringSetAsync("marked", "there"));
        }
        catch (RedisAwayException)
        {
            return false;
        }
    }
}
