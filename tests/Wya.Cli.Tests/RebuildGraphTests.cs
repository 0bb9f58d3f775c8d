using Shouldly;
using Wya.Projections.Graph;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class RebuildGraphTests
{
    private const int People = 1_200;

    [Fact, Trait("seed", "3.2"), Trait("seed", "K2")]
    public async Task Projections_are_made_anew_of_everybody_or_of_one_person_and_can_be_again()
    {
        Assert.SkipWhen(TestPostgres.MaySkip || TestRedis.MaySkip, $"{TestPostgres.Variable} or {TestRedis.Variable} is not set.");
        await using RedisInstance cache = await RedisInstance.Start("cache");
        var graph = GraphDomain.Definition;
        await using TestDatabase database = await TestPostgres.CreateDatabase(graph.Name, graph.Types, [.. graph.Kept], graph.PrepareSql);

        // A ring of friends, and one of them is gone.
        await database.Execute(
            $"""
            insert into people (id, age_layer, status) select md5(n::text)::uuid, 'adult', case n when 7 then 'erased' else 'active' end from generate_series(1, {People}) n;
            insert into users select id from people;
            insert into edges (from_user, to_user, type, created_at)
            select md5(n::text)::uuid, md5((n % {People} + 1)::text)::uuid, 'friend', now() from generate_series(1, {People}) n
            union all select md5((n % {People} + 1)::text)::uuid, md5(n::text)::uuid, 'friend', now() from generate_series(1, {People}) n;
            """);
        Ran none = await Run(database, []);
        none.ExitCode.ShouldBe(1);
        none.Error.ShouldStartWith("ConnectionStrings__cache is not set");

        Ran all = await Run(database, ["--json"], cache);
        all.ExitCode.ShouldBe(0, all.Error);
        Counts(all).ShouldBe((People, People - 1, 0, 1));
        Ran again = await Run(database, ["--json"], cache);
        (again.ExitCode, again.Output).ShouldBe((1, ""));
        again.Error.ShouldStartWith("Nothing to rebuild: of 1,200 people every projection is there and says what the rows say");
        cache.FlushAll();
        var someone = await database.Scalar<Guid>("select md5('3')::uuid");
        Counts(await Run(database, [someone.ToString(), "--json"], cache)).ShouldBe((3, 3, 0, 0)); // and the two next to them
        using (RedisWire wire = cache.AsOperator())
        {
            wire.Ask("DBSIZE").ShouldBe("6"); // each with its version

            // A version says from when a value is, and not that nobody has touched it.
            string key = GraphProjection.Key(new(someone));
            wire.Ask("SET", key, (GraphProjection.FromJson(wire.Ask("GET", key))! with { Friends = [Guid.NewGuid()] }).ToJson(), "KEEPTTL");
        }

        Ran mended = await Run(database, [someone.ToString(), "--json"], cache);
        (Counts(mended), mended.Json.GetProperty("differing").GetInt32()).ShouldBe(((3, 1, 2, 0), 1));
        (await Run(database, [someone.ToString()], cache)).ExitCode.ShouldBe(1);
        (await database.Scalar<long>("select count(*) from log.wya_operations where verb = 'graph-rebuild'")).ShouldBe(3); // those that changed something

        (await Run(database, [], cache)).Output.ShouldMatch(@"^Done: projections of 1,200 people in [\d.:]+ m?s; 1,196 made anew, of which 0 had said something else; 3 right already, 1 of people who are gone, of whom 0 removed\.");
        await cache.Kill();
        Ran away = await Run(database, [], cache);
        away.ExitCode.ShouldBe(1);
        away.Error.ShouldContain("The cache Redis is away");
    }

    private static (int People, int Written, int Unchanged, int Gone) Counts(Ran ran) => (
        ran.Json.GetProperty("people").GetInt32(), ran.Json.GetProperty("written").GetInt32(),
        ran.Json.GetProperty("unchanged").GetInt32(), ran.Json.GetProperty("gone").GetInt32());

    private static Task<Ran> Run(TestDatabase database, string[] arguments, RedisInstance? cache = null)
    {
        Dictionary<string, string> variables = new() { ["ConnectionStrings__graph"] = database.ConnectionString };
        if (cache is not null)
        {
            variables["ConnectionStrings__cache"] = cache.ConnectionString;
        }

        return new Tool([GraphDomain.Definition with { Subscriptions = [], Followers = [] }], variables).Run(["graph", "rebuild", .. arguments], CancellationToken.None);
    }
}
