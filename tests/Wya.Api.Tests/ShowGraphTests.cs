using Shouldly;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>One's own graph by the projection in the cache, and without it.</summary>
public sealed class ShowGraphTests
{
    [Fact, Trait("seed", "R3"), Trait("seed", "A3"), Trait("seed", "W3"), Trait("seed", "C5")]
    public async Task It_is_answered_from_the_cache_and_while_that_is_away_without()
    {
        Assert.SkipWhen(TestPostgres.MaySkip || TestRedis.MaySkip, $"{TestPostgres.Variable} or {TestRedis.Variable} is not set.");
        await using RedisInstance cache = await RedisInstance.Start("cache");
        await using ApiHost api = await ApiHost.Start(settings => settings["ConnectionStrings:cache"] = cache.ConnectionString);
        Person mara = await api.NewPerson(), juno = await api.NewPerson();
        await Eventually.Is(async () => (await Health(api)) == "ready", "the cache is reached");

        Answer followed = await juno.Client.Send("PUT", $"/me/following/{mara.Id}");
        followed.Status.ShouldBe(204);
        await Eventually.Is(async () => Ids(await Show(mara), "followers") is [var one] && one == juno.Id, "the projection has it");
        Answer shown = await Show(mara);
        shown.Header("Wya-Degraded").ShouldBeNull();
        shown.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["friends", "followers", "blocks", "trust_score", "updated_at"]);
        (await mara.Client.Send("PUT", $"/me/blocks/{juno.Id}")).Status.ShouldBeInRange(202, 204);

        // Whatever the cache proposes by now, the rows have the last word: nobody who is blocked is shown.
        Ids(await Show(mara), "followers").ShouldBeEmpty();
        Ids(await Show(juno), "followers").ShouldBeEmpty();
        Answer unblocked = await mara.Client.Send("DELETE", $"/me/blocks/{juno.Id}");
        Answer atOnce = await mara.Client.Send("GET", "/me/graph", position: unblocked.Position);
        (atOnce.Status, Ids(atOnce, "blocks").Count).ShouldBe((200, 0)); // read your writes
        (await mara.Client.Send("GET", "/me/graph", position: "graph:1000000")).Status.ShouldBe(400);

        await cache.Kill();
        await Eventually.Is(async () => await Health(api) == "degraded", "the loss is noticed");
        (await api.Anonymous.Send("GET", "/health/ready")).Status.ShouldBe(200);
        (await juno.Client.Send("PUT", $"/me/following/{mara.Id}")).Status.ShouldBe(204); // no command rests on it
        Answer without = await Show(mara);
        (without.Status, without.Header("Wya-Degraded"), Ids(without, "followers").Single()).ShouldBe((200, "cache", juno.Id));

        await cache.Start();
        await Eventually.Is(async () => await Health(api) == "ready" && (await Show(mara)).Header("Wya-Degraded") is null, "it is back by itself");
        Ids(await Show(mara), "followers").ShouldBe([juno.Id]);
        api.Log.Text.ShouldNotContain(mara.Id.ToString());
    }

    private static Task<Answer> Show(Person person) => person.Client.Send("GET", "/me/graph");

    private static IReadOnlyList<Guid> Ids(Answer answer, string list) =>
        [.. answer.Json.GetProperty(list).EnumerateArray().Select(id => id.GetGuid())];

    private static async Task<string?> Health(ApiHost api) => (await api.Anonymous.Send("GET", "/health")).String("status");
}
