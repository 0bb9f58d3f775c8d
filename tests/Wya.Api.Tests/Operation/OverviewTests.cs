using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Operation;
using Wya.Api.Tests.Console;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Operation;

/// <summary>What operators see of the running system, and what is put before them first.</summary>
public sealed class OverviewTests(SharedApi shared)
{
    [Fact]
    public async Task Everything_that_runs_is_in_it_with_its_figures()
    {
        ApiHost api = await shared.Host();
        HttpClient someone = await api.Operator();
        SystemWatch watch = api.Services.GetRequiredService<SystemWatch>();
        await watch.Keep(TestContext.Current.CancellationToken);
        await api.NewPerson();
        Answer seen = await someone.Send("GET", "/operator/overview");
        seen.Status.ShouldBe(200, seen.Text);
        JsonElement[] logs = [.. seen.Json.GetProperty("logs").EnumerateArray()];
        logs.Select(log => log.GetProperty("domain").GetString()).ShouldBe(["identity", "graph", "rooms", "messaging", "safety"], ignoreOrder: true);
        JsonElement identity = logs.Single(log => log.GetProperty("domain").GetString() == "identity");
        identity.GetProperty("head").GetInt64().ShouldBe(await api.Database.Scalar<long>("select position from log.wya_log_head"));
        identity.GetProperty("bytes").GetInt64().ShouldBeGreaterThan(0);
        identity.GetProperty("database_bytes").GetInt64().ShouldBeGreaterThan(identity.GetProperty("bytes").GetInt64());
        identity.GetProperty("rates").EnumerateArray().Last().GetDouble().ShouldBeGreaterThan(0);

        JsonElement follower = seen.Json.GetProperty("consumers").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "GraphPeople");
        follower.GetProperty("source").GetString().ShouldBe("identity");
        follower.GetProperty("domain").GetString().ShouldBe("graph");
        follower.GetProperty("leader").GetString().ShouldNotBeNullOrEmpty();
        seen.Json.GetProperty("objects").GetProperty("kind").GetString().ShouldBe("folder");
        seen.Json.GetProperty("keys").GetProperty("current").GetInt64().ShouldBeGreaterThan(0);
        seen.Json.GetProperty("health").GetArrayLength().ShouldBeGreaterThanOrEqualTo(6);
    }

    [Fact]
    public async Task What_needs_somebody_comes_first_in_plain_words()
    {
        ApiHost api = await shared.Host();
        HttpClient someone = await api.Operator();
        TestDatabase graph = api.Databases["graph"];
        Guid stream = Guid.NewGuid();
        await graph.Execute($"insert into log.wya_parked_streams (projection, stream_id, first_seq_id, error, attempts, state, parked_at) values ('GraphPeople', '{stream}', 1, 'Planted', 6, 'dead', now())");
        await graph.Execute("update log.wya_projections set status = 'paused' where name = 'TrustFollower' or name like 'Graph%' and name <> 'GraphPeople'");
        try
        {
            JsonElement[] attention = [.. (await someone.Send("GET", "/operator/overview")).Json.GetProperty("attention").EnumerateArray()];
            attention[0].GetProperty("severity").GetString().ShouldBe("now");
            attention.ShouldContain(one => one.GetProperty("what").GetString() == "GraphPeople has set 1 stream aside for a person to decide.");
            attention.ShouldContain(one => one.GetProperty("severity").GetString() == "soon" && one.GetProperty("what").GetString()!.Contains("is paused"));

            using var desk = new Desk(api);
            await desk.SignIn(await NewOperator(api));
            Answer page = await desk.Open($"{Desk.Root}/operation");
            page.Status.ShouldBe(200, page.Text);
            page.Text.ShouldContain("GraphPeople has set 1 stream aside for a person to decide.");
            page.Text.ShouldNotContain(stream.ToString());
            page.Header("Content-Security-Policy")!.ShouldNotContain("script-src");
            (await desk.Open($"{Desk.Root}/operation?live=1")).Header("Content-Security-Policy")!.ShouldContain("script-src 'self'; connect-src 'self'");
        }
        finally
        {
            await graph.Execute($"delete from log.wya_parked_streams where stream_id = '{stream}'; update log.wya_projections set status = 'running'");
        }
    }

    [Fact]
    public async Task The_door_leads_where_one_may_go_and_nowhere_else()
    {
        ApiHost api = await shared.Host();
        using var desk = new Desk(api);
        await desk.SignIn(await NewOperator(api));
        Answer door = await desk.Open(Desk.Root);
        door.Text.ShouldContain("href=\"/console/operation\"");
        door.Text.ShouldNotContain("href=\"/console/moderation\"");
        door.Text.ShouldNotContain("href=\"/console/analysis\"");
        foreach (string page in new[] { "", "/stream?id=" + Guid.NewGuid(), "/request?id=1", "/row" })
        {
            Answer refused = await desk.Open($"{Desk.Root}/analysis{page}");
            refused.Status.ShouldBe(403, page);
            refused.Text.ShouldContain("This account does not analyse");
        }
    }

    private static async Task<string> NewOperator(ApiHost api)
    {
        Answer registered = await api.Anonymous.RegisterWithPassword(Requests.NewHandle());
        (await (await api.Operator()).Send("PUT", $"/users/{registered.Id}/permissions/operate")).Status.ShouldBe(204);
        return registered.String("handle")!;
    }
}
