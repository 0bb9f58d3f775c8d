using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using Wya.Api.Tests.Console;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>What operators do over HTTP: each change has a reason, is on record under their id, and is refused when it would change nothing.</summary>
public sealed class OperatorTests(SharedApi shared)
{
    [Fact]
    public async Task A_rebuild_with_a_difference_is_looked_at_approved_and_switched_back()
    {
        ApiHost api = await shared.Host();
        Person olga = await api.NewPerson(30, "operate");
        await api.Database.Execute("update public.permission_audit set capability = case capability when 'room.create' then 'operate' else 'room.create' end where position = (select min(position) from public.permission_audit)");

        Answer forecast = await olga.Client.Send("GET", "/operator/projections/PermissionAudit/forecast?with=AccountHistory");
        forecast.Status.ShouldBe(200, forecast.Text);
        forecast.Json.GetProperty("items").GetArrayLength().ShouldBe(2);
        (await Post(olga, "rebuilds", new { projections = new[] { "PermissionAudit" }, reason = " " })).Problem.ShouldBe("reason-required");
        (await Post(olga, "rebuilds", new { projections = new[] { "PermissionAudit", "Nothing" }, reason = "why not" })).Problem.ShouldBe("unknown-read-model");
        Answer ordered = await Post(olga, "rebuilds", new { projections = new[] { "PermissionAudit", "AccountHistory" }, reason = "Doubted" });
        ordered.Status.ShouldBe(202, ordered.Text);
        JsonElement job = ordered.Json.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("projection").GetString() == "PermissionAudit");
        string address = $"rebuilds/{job.GetProperty("id").GetGuid()}";
        JsonElement held = await Until(olga, address, one => one.GetProperty("is_held").GetBoolean());

        Answer differences = await olga.Client.Send("GET", $"/operator/{address}/differences?limit=1");
        differences.Json.GetProperty("fingerprint").GetString().ShouldBe(held.GetProperty("fingerprint").GetString());
        JsonElement row = differences.Json.GetProperty("items")[0];
        row.GetProperty("row").GetProperty("difference").GetString().ShouldBe("changed");
        row.GetProperty("row").GetProperty("columns").EnumerateArray().Single(column => column.GetProperty("differs").GetBoolean()).GetProperty("name").GetString().ShouldBe("capability");
        row.GetProperty("event_count").GetInt64().ShouldBe(1);

        (await Post(olga, $"{address}/resume", new { reason = "on with it" })).Problem.ShouldBe("difference-not-approved");
        (await Post(olga, $"{address}/approval", new { fingerprint = "0", reason = "seen" })).Problem.ShouldBe("difference-not-as-seen");
        Answer approved = await Post(olga, $"{address}/approval", new { fingerprint = held.GetProperty("fingerprint").GetString(), reason = "It was damaged" });
        approved.Status.ShouldBe(200, approved.Text);
        JsonElement done = await Until(olga, address, one => one.GetProperty("state").GetString() == "done");
        done.GetProperty("approved_by").GetString().ShouldBe(olga.Id.ToString());
        (await Post(olga, $"{address}/cancel", new { reason = "too late" })).Problem.ShouldBe("nothing-to-cancel");
        (await olga.Client.Send("PUT", $"/operator/{address}/limit", new { reason = "slower", events_a_second_max = 5 })).Problem.ShouldBe("nothing-to-throttle");

        Answer back = await Post(olga, "projections/AccountHistory/switch-back", new { reason = "To see that it works" });
        back.Json.GetProperty("items").GetArrayLength().ShouldBe(2);
        await Until(olga, $"rebuilds/{back.Json.GetProperty("items")[0].GetProperty("id").GetGuid()}", one => one.GetProperty("state").GetString() == "done");
        (await Post(olga, "rebuilds", new { projections = new[] { "PermissionAudit" }, reason = "The damaged table is back", stream = olga.Id })).Status.ShouldBe(202);

        Answer operations = await olga.Client.Send("GET", "/operator/operations?domain=identity&limit=100");
        JsonElement[] hers = [.. operations.Json.GetProperty("items").EnumerateArray().Where(one => one.GetProperty("actor").GetString() == olga.Id.ToString())];
        hers.Select(one => one.GetProperty("verb").GetString()).Distinct().ShouldBe(["rebuild-rows", "swap-back", "switch-back", "swap", "approve", "rebuild"], ignoreOrder: true);
        hers.Single(one => one.GetProperty("verb").GetString() == "swap").GetProperty("numbers").GetProperty("read_models").GetInt32().ShouldBe(2);
        await Eventually.Is(async () => (await olga.Client.Send("GET", "/operator/rebuilds?domain=identity&limit=1")).Json.GetProperty("items")[0].GetProperty("state").GetString() == "done", "the rows are written");
    }

    [Fact]
    public async Task A_projection_is_paused_once_and_what_is_parked_is_shown_tried_and_released()
    {
        ApiHost api = await shared.Host();
        Person olga = await api.NewPerson(30, "operate");
        (await Post(olga, "projections/Users/pause", new { reason = "why not" })).Problem.ShouldBe("written-by-appends");
        (await Post(olga, $"graph/{olga.Id}/rebuild", new { reason = "why not" })).Problem.ShouldBe("cache-not-kept");
        (await Post(olga, "projections/Nothing/pause", new { reason = "why not" })).Problem.ShouldBe("unknown-read-model");
        Answer paused = await Post(olga, "projections/AccountHistory/pause", new { reason = "To park something" });
        paused.Status.ShouldBe(200, paused.Text);
        (await Post(olga, "projections/AccountHistory/pause", new { reason = "Again" })).Problem.ShouldBe("nothing-changed");

        (await Post(olga, "projections/AccountHistory/resume", new { reason = "To park something" })).Status.ShouldBe(200);

        Answer registered = await api.Anonymous.RegisterWithPassword(Requests.NewHandle());
        (await (await api.Operator()).Send("PUT", $"/users/{registered.Id}/permissions/operate")).Status.ShouldBe(204);

        // The table refuses whoever registers now, until it is mended.
        await api.Database.Execute("alter table public.account_history add constraint planted check (what <> 'user.created') not valid");
        Person one = await api.NewPerson();
        Answer parked = await olga.Client.Send("GET", "/operator/parked");
        await Eventually.Is(async () => (parked = await olga.Client.Send("GET", "/operator/parked")).Json.GetProperty("items").GetArrayLength() > 0, "somebody is set aside");
        JsonElement overview = parked.Json.GetProperty("items").EnumerateArray().Single(each => each.GetProperty("consumer").GetString() == "AccountHistory");
        overview.GetProperty("kinds")[0].GetProperty("error").GetString().ShouldBe("23514 planted");
        (await olga.Client.Send("GET", "/operator/parked/AccountHistory")).Json.GetProperty("items")[0].GetProperty("stream_id").GetGuid().ShouldBe(one.Id);
        Answer stream = await olga.Client.Send("GET", $"/operator/parked/AccountHistory/streams/{one.Id}");
        stream.Json.GetProperty("event").GetProperty("type").GetString().ShouldBe("user.created");
        stream.Json.GetProperty("event").GetProperty("data").GetString().ShouldNotBeNull().ShouldContain("(sealed)");
        stream.Text.ShouldNotContain("sealed1:");
        (await olga.Client.Send("GET", "/operator/parked/AccountHistory/trial")).Json.GetProperty("failing").GetInt32().ShouldBe(1);
        (await Post(olga, "parked/AccountHistory/release", new { reason = "Perhaps" })).Problem.ShouldBe("nothing-passes");
        (await Post(olga, $"parked/AccountHistory/streams/{Guid.NewGuid()}/discard", new { reason = "why not" })).Problem.ShouldBe("nothing-parked");

        // Many others are shown by the page, here and in the console's, which leads from one to the next.
        await api.Database.Execute(
            """
            insert into log.wya_parked_streams (projection, stream_id, first_seq_id, error, attempts, next_retry_at, state, parked_at)
            select 'AccountHistory', gen_random_uuid(), 1000000 + n, 'planted', 7, null, 'dead', now() from generate_series(1, 60) n
            """);
        Answer some = await olga.Client.Send("GET", "/operator/parked/AccountHistory?limit=40"), others = await olga.Client.Send("GET", $"/operator/parked/AccountHistory?limit=40&cursor={some.String("next")}");
        (some.Json.GetProperty("items").GetArrayLength(), others.Json.GetProperty("items").GetArrayLength()).ShouldBe((40, 21));
        others.Json.TryGetProperty("next", out _).ShouldBeFalse();
        Answer tried = await olga.Client.Send("GET", "/operator/parked/AccountHistory/trial?limit=1");
        (tried.Json.GetProperty("items").GetArrayLength(), tried.String("next")).ShouldBe((1, some.Json.GetProperty("items")[0].GetProperty("position").GetInt64().ToString(CultureInfo.InvariantCulture)));
        (await olga.Client.Send("GET", "/operator/parked/AccountHistory?cursor=x")).Problem.ShouldBe("cursor-malformed");
        using (var desk = new Desk(api))
        {
            await desk.SignIn(registered.String("handle")!);
            string page = (await desk.Open($"{Desk.Root}/operation/parked/AccountHistory")).Text;
            string more = Regex.Match(page, "href=\"([^\"]*cursor=[^\"]*)\">More streams").Groups[1].Value;
            (await desk.Open(more)).Text.ShouldSatisfyAllConditions(
                rest => rest.ShouldContain(others.Json.GetProperty("items")[20].GetProperty("stream_id").GetString()!),
                rest => rest.ShouldNotContain(one.Id.ToString()),
                rest => rest.ShouldNotContain("More streams"));
            page = (await desk.Open($"{Desk.Root}/operation/parked/AccountHistory?try=0")).Text;
            (await desk.Open(Regex.Match(page, "href=\"([^\"]*try=[^\"]*)\">Try the next").Groups[1].Value)).Text.ShouldContain("Of these 25:");
        }

        await api.Database.Execute("delete from log.wya_parked_streams where error = 'planted'");

        // Given up on, so that no retry of its own comes between.
        await api.Database.Execute("update log.wya_projections set epoch = epoch + 1 where name = 'AccountHistory'; update log.wya_parked_streams set state = 'dead', next_retry_at = null; alter table public.account_history drop constraint planted");
        Answer trial = await olga.Client.Send("GET", "/operator/parked/AccountHistory/trial");
        trial.Json.GetProperty("passing").GetInt32().ShouldBe(1, trial.Text);
        trial.Json.GetProperty("items")[0].GetProperty("rows")[0].GetProperty("difference").GetString().ShouldBe("added");
        Answer released = await Post(olga, "parked/AccountHistory/release", new { reason = "The constraint is gone" });
        released.Json.GetProperty("released").GetInt32().ShouldBe(1, released.Text);
        await Eventually.Is(async () => (await olga.Client.Send("GET", "/operator/parked")).Json.GetProperty("items").GetArrayLength() == 0, "the stream is free again");
        (await Post(olga, "parked/AccountHistory/release", new { reason = "why not" })).Problem.ShouldBe("nothing-parked");
        JsonElement[] all = [.. (await olga.Client.Send("GET", "/operator/projections")).Json.GetProperty("items").EnumerateArray()];
        new[] { "inline", "async", "copy", "follower" }.Except(all.Select(one => one.GetProperty("kind").GetString()!)).ShouldBeEmpty();
        all.Single(one => one.GetProperty("name").GetString() == "AccountHistory").GetProperty("status").GetString().ShouldBe("running");
    }

    private static Task<Answer> Post(Person person, string address, object body) => person.Client.Send("POST", $"/operator/{address}", body);

    private static async Task<JsonElement> Until(Person person, string address, Func<JsonElement, bool> condition)
    {
        Answer last = null!;
        try
        {
            await Eventually.Is(async () => condition((last = await person.Client.Send("GET", $"/operator/{address}")).Json), $"{address} has come so far");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} {last.Text}");
        }

        return last.Json;
    }
}
