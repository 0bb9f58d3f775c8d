using System.Globalization;
using System.Net;
using Shouldly;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Two processes over one database, with a Redis between them: a limit is one limit, and while Redis is away it is each process's.</summary>
public sealed class LimitsOnEveryNodeTests
{
    /// <summary>A node takes two at a time; what comes back within a test's time is less than one.</summary>
    private const int Limit = 40;

    [Fact]
    public async Task A_limit_is_one_limit_and_each_processs_while_redis_is_away()
    {
        Assert.SkipWhen(TestPostgres.MaySkip || TestRedis.MaySkip, $"{TestPostgres.Variable} or {TestRedis.Variable} is not set.");
        await using RedisInstance cache = await RedisInstance.Start("cache");
        void Settings(IDictionary<string, string> settings)
        {
            settings["ConnectionStrings:cache"] = cache.ConnectionString;
            settings["Wya:Limits:ReportsPerHour"] = Limit.ToString(CultureInfo.InvariantCulture);
        }

        await using ApiHost here = await ApiHost.Start(Settings);
        await using ApiHost there = await here.StartBeside(Settings);
        await UntilHealthIs("ready", here, there);
        Person[] people = [await here.NewPerson(), await here.NewPerson()];

        (await Reports(people[0], here, there)).ShouldBe([Limit / 2, Limit / 2]);
        Answer refused = await people[0].At(there).Send("POST", "/reports", new { });
        refused.Problem.ShouldBe("too-many-requests");
        int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture).ShouldBeInRange(1, 3600 / Limit);
        await UnknownHandlesWait(here, there);
        NothingSaysWho(cache, people);

        await cache.Kill();
        await UntilHealthIs("degraded", here, there);
        (await Reports(people[0], here, there)).ShouldAllBe(passed => passed > (Limit / 2) - 5 && passed <= Limit / 2); // each has counted what it was asked before
        (await Reports(people[1], here, there)).ShouldBe([Limit, Limit]);
        await UnknownHandlesWait(here); // by its own count

        await cache.Start();
        await UntilHealthIs("ready", here, there);
        (await Reports(await here.NewPerson(), here, there)).ShouldBe([Limit / 2, Limit / 2]);
    }

    private static async Task UntilHealthIs(string status, params ApiHost[] nodes)
    {
        foreach (ApiHost node in nodes)
        {
            await Eventually.Is(async () => (await node.Anonymous.Send("GET", "/health")).String("status") == status, $"health is {status}");
        }
    }

    /// <summary>How many each node lets through, asked in turn until both refuse. What is asked is malformed, and counts all the same.</summary>
    private static async Task<int[]> Reports(Person person, params ApiHost[] nodes)
    {
        HttpClient[] clients = [.. nodes.Select(node => person.At(node))];
        int[] passed = new int[nodes.Length];
        for (int refused = 0, turn = 0; refused < nodes.Length; turn = (turn + 1) % nodes.Length)
        {
            Answer answer = await clients[turn].Send("POST", "/reports", new { });
            refused = answer.Status == 429 ? refused + 1 : 0;
            passed[turn] += answer.Status == 429 ? 0 : 1;
        }

        return passed;
    }

    private static async Task UnknownHandlesWait(params ApiHost[] nodes)
    {
        string handle = Requests.NewHandle();
        for (int i = 0; i < 10; i++)
        {
            (await nodes[i % nodes.Length].Anonymous.SignIn(handle)).Problem.ShouldBe("sign-in-failed");
        }

        foreach (ApiHost node in nodes)
        {
            (await node.Anonymous.SignIn(handle)).Problem.ShouldBe("too-many-requests");
        }
    }

    /// <summary>Every key ends by itself, and neither it nor its value names anybody.</summary>
    private static void NothingSaysWho(RedisInstance cache, Person[] people)
    {
        using RedisWire wire = cache.AsOperator();
        string[] keys = wire.Ask("KEYS", "limit:*").Split('\n');
        keys.Length.ShouldBeGreaterThan(2);
        foreach (string key in keys)
        {
            int.Parse(wire.Ask("PTTL", key), CultureInfo.InvariantCulture).ShouldBeInRange(1, 3_600_000);
            string all = $"{key} {wire.Ask("GET", key)}";
            people.ShouldAllBe(person => !all.Contains(person.Id.ToString()) && !all.Contains(person.Handle));
            all.ShouldNotContain(IPAddress.Loopback.ToString());
        }
    }
}
