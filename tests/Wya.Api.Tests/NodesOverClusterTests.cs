using System.Text.Json;
using Shouldly;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;
using static Wya.Api.Tests.PresenceSteps;

namespace Wya.Api.Tests;

/// <summary>Two nodes whose presence, graph and discovery lie in clusters of Redis, sharded by user; and the loss of a master of each.</summary>
public sealed class NodesOverClusterTests
{
    [Fact]
    [Trait("seed", "H1")]
    [Trait("seed", "H2")]
    [Trait("seed", "H5")]
    public async Task Who_is_around_is_told_at_both_nodes_also_after_a_master_is_lost()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        RedisCluster[] clusters = await Task.WhenAll(RedisCluster.Start("presence"), RedisCluster.Start("cache"));
        await using RedisCluster presence = clusters[0], cache = clusters[1];
        void Configure(IDictionary<string, string> settings)
        {
            settings["ConnectionStrings:presence"] = presence.ConnectionString;
            settings["ConnectionStrings:cache"] = cache.ConnectionString;
        }

        await using ApiHost here = await ApiHost.Start(Configure);
        await using ApiHost there = await here.StartBeside(Configure);
        Person mara = await here.NewPerson(), noor = await here.NewPerson();
        await here.Befriend(mara, noor);
        noor = new Person(noor.Id, noor.Handle, noor.At(there));

        await MeetEachOther(mara, noor);
        await presence.AMaster().Kill();
        await cache.AMaster().Kill();
        await MeetEachOther(mara, noor);
    }

    private static async Task MeetEachOther(Person here, Person there)
    {
        foreach ((Person one, Person other) in ((Person, Person)[])[(here, there), (there, here)])
        {
            (await one.Beat(At(52.52, 13.405))).Status.ShouldBe(204);
            await Eventually.Is(async () => (await other.SeesNow(one.Id)).Text.Contains("online", StringComparison.Ordinal), "the other node sees them");
            await Eventually.Is(
                async () => Ids(await one.Client.Send("GET", "/me/graph"), "friends").Contains(other.Id),
                "the graph is told");
            await Eventually.Is(
                async () =>
                {
                    await one.Beat(At(52.52, 13.405));
                    await other.Beat(At(52.52, 13.405));
                    Answer around = await one.Client.Send("GET", "/discovery");
                    return around.Header("Wya-Degraded") is null && around.Text.Contains(other.Id.ToString(), StringComparison.Ordinal);
                },
                "discovery shows them");
        }
    }

    private static IEnumerable<Guid> Ids(Answer answer, string list) =>
        answer.Status == 200 && answer.Json.TryGetProperty(list, out JsonElement ids) ? ids.EnumerateArray().Select(id => id.GetGuid()) : [];
}
