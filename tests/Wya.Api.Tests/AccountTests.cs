using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Verification, suspension, permissions, and the history that they leave.</summary>
public sealed class AccountTests(SharedApi shared)
{
    [Fact]
    public async Task Verifying_twice_records_once()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient someone = await api.Operator();
        string key = Requests.NewKey();

        Answer first = await someone.Send("POST", $"/users/{one.Id}/verification", key: key);
        long head = await RegisterUserTests.Head(api);
        Answer again = await someone.Send("POST", $"/users/{one.Id}/verification", key: key);
        Answer another = await someone.Send("POST", $"/users/{one.Id}/verification", key: Requests.NewKey());

        first.Status.ShouldBe(204);
        first.Position.ShouldBe($"identity:{head}");
        again.Status.ShouldBe(204);
        again.Position.ShouldBe(first.Position);
        another.Status.ShouldBe(204);
        (await RegisterUserTests.Head(api)).ShouldBe(head);
        (await one.Client.Send("GET", "/me")).String("verified_at").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_suspension_is_visible_until_the_last_of_them_is_reversed()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        DateTimeOffset earlier = new(2098, 1, 1, 0, 0, 0, TimeSpan.Zero), later = new(2099, 1, 1, 0, 0, 0, TimeSpan.FromHours(1));

        Guid shorter = await api.Suspend(one.Id, earlier);
        Guid longer = await api.Suspend(one.Id, later);
        Answer both = await one.Client.Send("GET", "/me");
        await api.Reverse(longer);
        Answer oneOfThem = await one.Client.Send("GET", "/me");
        await api.Reverse(shorter);
        Answer active = await one.Client.Send("GET", "/me");

        both.String("status").ShouldBe("suspended");
        both.Json.GetProperty("suspended_until").GetDateTimeOffset().ShouldBe(later);
        oneOfThem.Json.GetProperty("suspended_until").GetDateTimeOffset().ShouldBe(earlier);
        active.String("status").ShouldBe("active");
        active.String("suspended_until").ShouldBeNull();
    }

    [Fact]
    public async Task The_same_key_of_another_caller_or_address_is_another_key()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        Person other = await api.NewPerson();
        HttpClient someone = await api.Operator();
        string key = Requests.NewKey();
        long head = await RegisterUserTests.Head(api);

        (await someone.Send("POST", $"/users/{one.Id}/verification", key: key)).Status.ShouldBe(204);
        (await someone.Send("POST", $"/users/{other.Id}/verification", key: key)).Status.ShouldBe(204);

        (await RegisterUserTests.Head(api)).ShouldBe(head + 2);
    }

    [Fact]
    public async Task Events_name_who_did_it_and_the_trace_that_it_belongs_to()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        Person staff = await api.NewPerson(30, "operate");
        string trace = Guid.NewGuid().ToString("n");

        Answer done = await staff.Client.Send(
            "POST",
            $"/users/{one.Id}/verification",
            key: Requests.NewKey(),
            change: request => request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01"));

        done.Status.ShouldBe(204, done.Text);
        string recorded = await api.Database.Scalar<string>(
            $"select correlation_id || ' ' || (headers ->> 'actor') from log.mt_events where seq_id = {done.Position!["identity:".Length..]}");
        recorded.ShouldBe($"{trace} {staff.Id}");
    }

    [Fact]
    public async Task Permissions_are_granted_explained_and_revoked()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson(19);
        HttpClient someone = await api.Operator();
        (await one.Client.Send("GET", $"/users/{one.Id}/permissions")).Text.ShouldNotContain("room.customize.css");

        (await someone.Send("PUT", $"/users/{one.Id}/permissions/room.customize.css")).Status.ShouldBe(204);
        Answer granted = await one.Client.Send("GET", $"/users/{one.Id}/permissions");
        (await someone.Send("DELETE", $"/users/{one.Id}/permissions/room.customize.css")).Status.ShouldBe(204);
        Answer revoked = await one.Client.Send("GET", $"/users/{one.Id}/permissions");

        granted.Json.GetProperty("in_force").GetBoolean().ShouldBeTrue();
        Because(granted, "room.customize.css").ShouldBe("granted");
        Because(granted, "room.create").ShouldBe("age_layer");
        Because(revoked, "room.customize.css").ShouldBeNull();
        Because(revoked, "room.create").ShouldBe("age_layer");
    }

    [Fact]
    public async Task The_history_shows_what_a_command_did_to_whoever_carries_its_position_back()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient someone = await api.Operator();
        await api.Suspend(one.Id);
        Answer done = await someone.Send("POST", $"/users/{one.Id}/verification", key: Requests.NewKey());

        Answer? history = null;
        await Eventually.Is(
            async () => (history = await one.Client.Send("GET", $"/users/{one.Id}/history", position: done.Position)).Problem != "read-model-behind",
            "the history has it all");

        history!.Status.ShouldBe(200, history.Text);
        JsonElement[] items = [.. history.Json.GetProperty("items").EnumerateArray()];
        items.Select(item => item.GetProperty("what").GetString()).ShouldBe(["user.verified", "user.suspended", "user.created"]);
        items[1].GetProperty("detail").GetProperty("reason").GetString().ShouldBe(EnforceActions.Reason);
        Answer toOthers = await someone.Send("GET", $"/users/{one.Id}/history", position: done.Position);
        toOthers.Json.GetProperty("items")[1].GetProperty("detail").TryGetProperty("reason", out _).ShouldBeFalse();
        long.Parse(history.Position!["identity:".Length..]).ShouldBeGreaterThanOrEqualTo(long.Parse(done.Position!["identity:".Length..]));
        history.Header("Wya-Lag-Seconds").ShouldNotBeNull();
    }

    [Fact]
    public async Task The_history_is_paged()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient someone = await api.Operator();
        string? position = null;
        for (int i = 0; i < 3; i++)
        {
            await someone.Send("PUT", $"/users/{one.Id}/permissions/moderate");
            position = (await someone.Send("DELETE", $"/users/{one.Id}/permissions/moderate")).Position;
        }

        await Eventually.Is(
            async () => (await one.Client.Send("GET", $"/users/{one.Id}/history", position: position)).Status == 200, "the history has it all");
        List<long> versions = [];
        string? next = null;
        int pages = 0;
        do
        {
            Answer page = await one.Client.Send("GET", $"/users/{one.Id}/history?limit=3{(next is null ? "" : "&cursor=" + next)}");
            versions.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetInt64()));
            next = page.String("next");
            pages++;
        }
        while (next is not null);

        versions.ShouldBe([7, 6, 5, 4, 3, 2, 1]);
        pages.ShouldBe(3);
        foreach (string query in new[] { "limit=0", "limit=101", "limit=-1", "cursor=x", "cursor=-1", "cursor=99999999999999999999" })
        {
            (await one.Client.Send("GET", $"/users/{one.Id}/history?{query}")).Problem.ShouldBe("cursor-malformed", query);
        }
    }

    private static string? Because(Answer permissions, string capability) => permissions.Json.GetProperty("capabilities").EnumerateArray()
        .Where(held => held.GetProperty("capability").GetString() == capability)
        .Select(held => held.GetProperty("because").GetString())
        .SingleOrDefault();
}
