using System.Text.Json;
using Shouldly;
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
        await api.Database.Execute("update public.permission_audit set capability = 'room.create' where position = (select min(position) from public.permission_audit)");

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
    public async Task A_projection_is_paused_once_and_what_is_parked_is_shown_tried_and_discarded()
    {
        ApiHost api = await shared.Host();
        Person olga = await api.NewPerson(30, "operate");
        (await Post(olga, "projections/Users/pause", new { reason = "why not" })).Problem.ShouldBe("written-by-appends");
        (await Post(olga, "projections/Nothing/pause", new { reason = "why not" })).Problem.ShouldBe("unknown-read-model");
        Answer paused = await Post(olga, "projections/AccountHistory/pause", new { reason = "To park something" });
        paused.Status.ShouldBe(200, paused.Text);
        (await Post(olga, "projections/AccountHistory/pause", new { reason = "Again" })).Problem.ShouldBe("nothing-changed");

        // As the daemon leaves it behind when it fails on the person's first event.
        await api.Database.Execute(
            $"""
            insert into log.wya_parked_streams select 'AccountHistory', stream_id, seq_id, 'InvalidOperationException at Somewhere', 7, null, 'dead', now() from log.mt_events where stream_id = '{olga.Id}' and version = 1;
            insert into log.wya_parked_events select 'AccountHistory', stream_id, seq_id from log.mt_events where stream_id = '{olga.Id}' and version = 1;
            """);
        Answer parked = await olga.Client.Send("GET", "/operator/parked");
        JsonElement overview = parked.Json.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("consumer").GetString() == "AccountHistory");
        overview.GetProperty("kinds")[0].GetProperty("error").GetString().ShouldBe("InvalidOperationException at Somewhere");
        (await olga.Client.Send("GET", "/operator/parked/AccountHistory")).Json.GetProperty("items")[0].GetProperty("stream_id").GetGuid().ShouldBe(olga.Id);
        Answer stream = await olga.Client.Send("GET", $"/operator/parked/AccountHistory/streams/{olga.Id}");
        stream.Json.GetProperty("event").GetProperty("type").GetString().ShouldBe("user.created");
        stream.Json.GetProperty("event").GetProperty("data").GetString().ShouldNotBeNull().ShouldContain("(sealed)");
        stream.Text.ShouldNotContain("sealed1:");
        Answer trial = await olga.Client.Send("GET", "/operator/parked/AccountHistory/trial");
        (trial.Json.GetProperty("passing").GetInt32(), trial.Json.GetProperty("failing").GetInt32()).ShouldBe((1, 0));

        (await Post(olga, $"parked/AccountHistory/streams/{Guid.NewGuid()}/discard", new { reason = "why not" })).Problem.ShouldBe("nothing-parked");
        Answer discarded = await Post(olga, $"parked/AccountHistory/streams/{olga.Id}/discard", new { reason = "It is there already" });
        discarded.Json.GetProperty("events_discarded").GetInt32().ShouldBe(1);
        (await Post(olga, "projections/AccountHistory/resume", new { reason = "Done" })).Status.ShouldBe(200);
        await Eventually.Is(async () => (await olga.Client.Send("GET", "/operator/parked")).Json.GetProperty("items").GetArrayLength() == 0, "the stream is free again");
        (await Post(olga, "parked/AccountHistory/release", new { reason = "why not" })).Problem.ShouldBe("nothing-parked");
        JsonElement[] all = [.. (await olga.Client.Send("GET", "/operator/projections")).Json.GetProperty("items").EnumerateArray()];
        all.Select(one => one.GetProperty("kind").GetString()).Distinct().ShouldBe(["inline", "async", "copy", "follower", "cache"], ignoreOrder: true);
        all.Single(one => one.GetProperty("name").GetString() == "AccountHistory").GetProperty("status").GetString().ShouldBe("running");
    }

    private static Task<Answer> Post(Person person, string address, object body) => person.Client.Send("POST", $"/operator/{address}", body);

    private static async Task<JsonElement> Until(Person person, string address, Func<JsonElement, bool> condition)
    {
        JsonElement last = default;
        await Eventually.Is(async () => condition(last = (await person.Client.Send("GET", $"/operator/{address}")).Json), $"{address} has come so far");
        return last;
    }
}
