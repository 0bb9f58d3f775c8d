using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Projections.Presence;
using Wya.Projections.Redis;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class ShowPresenceStatusTests
{
    [Fact]
    public async Task It_counts_and_names_nobody()
    {
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        await using RedisCluster cluster = await RedisCluster.Start("presence");
        await using var server = new RedisServer("presence", cluster.ConnectionString, RedisServer.AnswerInTheEnd);
        var keys = new PresenceKeys(server, TimeSpan.FromSeconds(90));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        UserId[] people = [.. Enumerable.Range(0, 30).Select(_ => new UserId(Guid.NewGuid()))];
        foreach (UserId user in people)
        {
            var phone = new PresentDevice("phone", user == people[0] ? PresenceStatus.Away : PresenceStatus.Online, Activity.Idle, null, now);
            KnownPlace? place = user == people[1] ? null : new KnownPlace(Cell.Parse("u33dc")!.Value, 0.9, now, now);
            await Eventually.Is(
                async () =>
                {
                    try
                    {
                        await keys.Change(user, (stay, _) => (stay.With(phone, keys.Lifetime) with { Place = place }, false), now);
                        return true;
                    }
                    catch (RedisAwayException)
                    {
                        return false;
                    }
                },
                "the cluster is reached");
        }

        Ran none = await new Tool([], new Dictionary<string, string>()).Run(["presence", "status"], CancellationToken.None);
        Ran json = await Run(cluster, "--json"), words = await Run(cluster);

        none.ExitCode.ShouldBe(1);
        json.ExitCode.ShouldBe(0, json.Error);
        json.Output.Trim().ShouldBe("""{"people":30,"online":29,"away":1,"devices":30,"in_rooms":0,"sharing":{"city":0,"local":29,"nearby":0,"immediate":0}}""");
        words.Output.Trim().ShouldBe("30 people there with 30 devices: 29 online, 1 away; 0 in rooms; placed city 0, local 29, nearby 0, immediate 0.");
        people.ShouldAllBe(user => !json.Output.Contains(user.ToString(), StringComparison.Ordinal));
    }

    private static Task<Ran> Run(RedisCluster cluster, params string[] arguments) => new Tool(
        [], new Dictionary<string, string> { ["ConnectionStrings__presence"] = cluster.ConnectionString }).Run(["presence", "status", .. arguments], CancellationToken.None);
}
