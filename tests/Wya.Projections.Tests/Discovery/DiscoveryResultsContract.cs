using System.Globalization;
using Shouldly;
using Wya.Domain.Discovery;
using Wya.Domain.Identity.Events;
using Wya.Projections.Discovery;
using Wya.Projections.Redis;
using Wya.Projections.Tests.Redis;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Projections.Tests.Discovery;

/// <summary>What holds for kept answers on every Redis.</summary>
public abstract class DiscoveryResultsContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly RedisServer server;

    protected DiscoveryResultsContract(IRedisSite site)
    {
        server = new RedisServer("cache", site.ConnectionString, RedisServer.AnswerInTheEnd);
        Results = new DiscoveryResults(server);
    }

    protected DiscoveryResults Results { get; }

    public async ValueTask InitializeAsync() => await server.Reached();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return server.DisposeAsync();
    }

    [Fact]
    [Trait("seed", "6.S1")]
    [Trait("seed", "R6")]
    public async Task What_is_kept_comes_back_whole_with_every_factor()
    {
        (UserId user, DiscoveryResult result) = Answer();
        (await Results.Keep(result, At(7))).ShouldBeTrue();
        DiscoveryResult? kept = await Results.Read(user, Now);
        kept!.ToJson().ShouldBe(result.ToJson());
        RankedPerson one = kept.Ranked().ShouldHaveSingleItem();
        (one.Score, Factor.Write(one.Factors)).ShouldBe((1.1m, "tier.immediate 0.8000 • trust.high 0.2000 • friend 0.1000"));
    }

    [Fact]
    [Trait("seed", "6.2")]
    [Trait("seed", "K4")]
    public async Task A_newer_answer_takes_the_place_of_an_older_one_and_an_older_one_never_does()
    {
        (UserId user, DiscoveryResult result) = Answer();
        await Results.Keep(result, At(7));
        await Results.Keep(result with { GeneratedAt = Now + TimeSpan.FromSeconds(1), RankedUsers = [] }, At(7));
        (await Results.Read(user, Now))!.RankedUsers.ShouldBeEmpty("of the same state of the graph, and later");
        await Results.Keep(result with { GeneratedAt = Now + TimeSpan.FromSeconds(2) }, At(6));
        (await Results.Read(user, Now))!.RankedUsers.ShouldBeEmpty("made later, of an earlier state of the graph");
    }

    [Fact]
    public async Task What_a_block_has_taken_away_is_not_brought_back_by_who_had_looked_before_it()
    {
        (UserId user, DiscoveryResult result) = Answer();
        await Results.Keep(result, At(7));
        await Results.Forget([user], At(9));
        (await Results.Read(user, Now)).ShouldBeNull();
        await Results.Keep(result with { GeneratedAt = Now + TimeSpan.FromMinutes(1) }, At(8));
        (await Results.Read(user, Now)).ShouldBeNull("its rows were of before");
        await Results.Keep(result with { GeneratedAt = Now + TimeSpan.FromMinutes(1) }, At(9));
        (await Results.Read(user, Now)).ShouldNotBeNull("its rows hold the block");
    }

    [Fact]
    [Trait("seed", "T6")]
    [Trait("seed", "6.1")]
    public async Task Nothing_older_than_five_minutes_is_an_answer()
    {
        (UserId user, DiscoveryResult result) = Answer();
        await Results.Keep(result, At(7));
        (await Results.Read(user, Now + TimeSpan.FromMinutes(4.9))).ShouldNotBeNull();
        (await Results.Read(user, Now + TimeSpan.FromMinutes(5))).ShouldBeNull();
        DiscoveryResult.Life.ShouldBe(TimeSpan.FromMinutes(5));
    }

    protected static (UserId User, DiscoveryResult Result) Answer()
    {
        var user = new UserId(Guid.NewGuid());
        var friend = new RankedPerson(
            new UserId(Guid.NewGuid()), 1.1m, [Factor.Of(FactorCode.Immediate, 0.8m), Factor.Of(FactorCode.TrustHigh, 0.2m), Factor.Of(FactorCode.Friend, 0.1m)]);
        return (user, DiscoveryResult.Of(user, [friend], Now));
    }

    protected static ValueVersion At(long position) => new(0, position);
}

public sealed class SoloDiscoveryResultsTests(SoloSite site) : DiscoveryResultsContract(site), IClassFixture<SoloSite>;

public sealed class ClusterDiscoveryResultsTests(ClusterSite site) : DiscoveryResultsContract(site), IClassFixture<ClusterSite>
{
    [Fact]
    [Trait("seed", "H5")]
    public async Task Answers_are_spread_over_the_nodes_by_their_person()
    {
        List<int> slots = [];
        using RedisWire wire = site.Cluster.Nodes[0].AsOperator();
        for (int i = 0; i < 30; i++)
        {
            (UserId user, DiscoveryResult result) = Answer();
            (await Results.Keep(result, At(1))).ShouldBeTrue();
            slots.Add(Slot(wire, DiscoveryResult.Key(user)));
            Slot(wire, $"{DiscoveryResult.Key(user)}:version").ShouldBe(slots[^1]);
            Slot(wire, $"graph_projection:{{{user.Value}}}").ShouldBe(slots[^1], "beside the rest that belongs to the person");
        }

        slots.Select(slot => slot * 3 / 16_384).Distinct().Count().ShouldBe(3); // each of the three masters holds a third of the slots
    }

    private static int Slot(RedisWire wire, string key) => int.Parse(wire.Ask("CLUSTER", "KEYSLOT", key), CultureInfo.InvariantCulture);
}
