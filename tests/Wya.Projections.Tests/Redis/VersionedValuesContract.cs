using Shouldly;
using StackExchange.Redis;
using Wya.Projections.Redis;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Redis;

/// <summary>What holds for versioned values on every Redis.</summary>
public abstract class VersionedValuesContract : IAsyncLifetime
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly IRedisSite site;
    private readonly RedisServer server;
    private readonly VersionedValues values;
    private readonly string key = NewKey();

    protected VersionedValuesContract(IRedisSite site)
    {
        this.site = site;
        server = new RedisServer("cache", site.ConnectionString, TimeSpan.FromSeconds(2));
        values = new VersionedValues(server, Life);
    }

    public async ValueTask InitializeAsync() => await UntilReached();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return server.DisposeAsync();
    }

    [Fact]
    public async Task An_older_value_never_takes_the_place_of_a_newer_one()
    {
        (await Write(1, 10, "new")).ShouldBe(WriteOutcome.Written);
        (await Write(1, 9, "old")).ShouldBe(WriteOutcome.Older);
        (await Write(0, 99, "of an epoch that is over")).ShouldBe(WriteOutcome.EarlierEpoch);
        (await Write(1, 10, "another of the same")).ShouldBe(WriteOutcome.Renewed);
        (await values.Read(key)).ShouldBe(new VersionedValue(key, new ValueVersion(1, 10), "new"));
        (await Write(2, 1, "of the next epoch")).ShouldBe(WriteOutcome.Written);
        (await values.Read(key))!.Value.ShouldBe("of the next epoch");
    }

    [Fact]
    public async Task Positions_are_compared_as_numbers_and_to_the_last_digit()
    {
        long large = ValueVersion.Max - 2;
        await Write(1, 9, "nine");
        (await Write(1, 10, "ten")).ShouldBe(WriteOutcome.Written);
        (await Write(1, large + 1, "the largest")).ShouldBe(WriteOutcome.Written);
        (await Write(1, large, "one less")).ShouldBe(WriteOutcome.Older);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => Write(1, ValueVersion.Max, "too large"));
    }

    [Fact]
    public async Task What_is_gone_is_not_brought_back_by_a_writer_who_was_held_up()
    {
        bool survives = await IsBroughtBack(async () => await Write(1, 20, null));
        survives.ShouldBeFalse();
        (await Write(1, 20, "of the same moment")).ShouldBe(WriteOutcome.Renewed);
        (await values.Read(key)).ShouldBe(new VersionedValue(key, new ValueVersion(1, 20), null));
        (await Write(1, 21, "it is back")).ShouldBe(WriteOutcome.Written);
        (await values.Read(key))!.Value.ShouldBe("it is back");
    }

    /// <summary>The planted fault: deleting the keys forgets the version, and the check above notices.</summary>
    [Fact]
    public async Task Deleting_instead_would_bring_it_back()
    {
        bool survives = await IsBroughtBack(() => server.Ask(database => database.KeyDeleteAsync([(RedisKey)key, $"{key}:version"])));
        survives.ShouldBeTrue();
    }

    [Fact, Trait("seed", "T3")]
    public async Task A_value_ends_and_its_version_outlives_it()
    {
        var brief = new VersionedValues(server, TimeSpan.FromMilliseconds(50));
        await brief.Write([new VersionedValue(key, new ValueVersion(1, 10), "brief")]);
        await Eventually.Is(async () => await values.Read(key) is null, "it has ended");
        (await Write(1, 9, "held up")).ShouldBe(WriteOutcome.Older);
        (await Write(1, 10, "made again")).ShouldBe(WriteOutcome.Written);

        TimeSpan? left = await server.Ask(database => database.KeyTimeToLiveAsync(key));
        left!.Value.ShouldBeInRange(Life - TimeSpan.FromMinutes(1), Life);
        TimeSpan? version = await server.Ask(database => database.KeyTimeToLiveAsync($"{key}:version"));
        version!.Value.ShouldBeInRange(VersionedValues.VersionLife - TimeSpan.FromMinutes(1), VersionedValues.VersionLife);
    }

    [Fact]
    public async Task Of_many_writers_at_once_the_newest_wins_everywhere()
    {
        string[] keys = [.. Enumerable.Range(0, 40).Select(_ => NewKey())];
        int[] order = [.. Enumerable.Range(1, 25)];
        Random.Shared.Shuffle(order);
        await Task.WhenAll(order.Select(position => values.Write(
            [.. keys.Select(each => new VersionedValue(each, new ValueVersion(1, position), $"as of {position}"))])));

        VersionedValue?[] found = await values.Read(keys);
        found.ShouldAllBe(value => value!.Value == "as of 25");
    }

    [Fact]
    public async Task A_flushed_server_knows_nothing_and_takes_what_comes()
    {
        await Write(3, 10, "before");
        site.FlushAll();
        (await values.Read(key)).ShouldBeNull();
        (await Write(3, 4, "after")).ShouldBe(WriteOutcome.Written);
    }

    /// <summary>Under load all the while; whatever fails, fails as one kind of exception and in bounded time.</summary>
    [Fact, Trait("seed", "H2")]
    public async Task A_server_that_dies_is_noticed_and_one_that_comes_is_found()
    {
        string[] keys = [.. Enumerable.Range(0, 60).Select(_ => NewKey())];
        long connections = server.Connections;
        using var over = new CancellationTokenSource();
        long slowestMilliseconds = 0, position = 0;
        Task[] load = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                long start = Environment.TickCount64;
                await WriteAll(keys, Interlocked.Increment(ref position));
                slowestMilliseconds = Math.Max(slowestMilliseconds, Environment.TickCount64 - start);
            }
        }))];

        await site.Lose();
        if (site is SoloSite)
        {
            await Eventually.Is(async () => !await WriteAll(keys, Interlocked.Increment(ref position)), "its loss is noticed");
            await site.Restore();
        }

        await Eventually.Is(async () => await WriteAll(keys, Interlocked.Increment(ref position)), "all keys can be written", site.Seen);
        await over.CancelAsync();
        await Task.WhenAll(load);
        if (site is SoloSite) // of a cluster's other masters the connections stay
        {
            await Eventually.Is(() => Task.FromResult(server.Connections > connections), "it is known to have been away");
        }

        slowestMilliseconds.ShouldBeLessThan(30_000);
        if (site is ClusterSite)
        {
            await site.Restore();
        }
    }

    private async Task<bool> IsBroughtBack(Func<Task> remove)
    {
        await Write(1, 10, "there");
        await remove();
        await Write(1, 15, "held up");
        return (await values.Read(key))?.Value is not null;
    }

    private async Task<bool> WriteAll(string[] keys, long position)
    {
        try
        {
            await values.Write([.. keys.Select(each => new VersionedValue(each, new ValueVersion(1, position), "there"))]);
            return true;
        }
        catch (RedisAwayException)
        {
            return false;
        }
    }

    private async Task<WriteOutcome> Write(long epoch, long position, string? value) =>
        (await values.Write([new VersionedValue(key, new ValueVersion(epoch, position), value)]))[0];

    private Task UntilReached() => Eventually.Is(
        async () =>
        {
            try
            {
                await server.Ping();
                return await WriteAll([.. Enumerable.Range(0, 60).Select(_ => NewKey())], 1);
            }
            catch (RedisAwayException)
            {
                return false;
            }
        },
        "Redis answers",
        site.Seen);

    private static string NewKey() => $"test:{{{Guid.NewGuid()}}}";
}

public sealed class SoloVersionedValuesTests(SoloSite site) : VersionedValuesContract(site), IClassFixture<SoloSite>;

public sealed class ClusterVersionedValuesTests(ClusterSite site) : VersionedValuesContract(site), IClassFixture<ClusterSite>;
