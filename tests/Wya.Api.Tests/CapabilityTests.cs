using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Bans and restrictions, and what people are told about what they may do.</summary>
public sealed class CapabilityTests(SharedApi shared)
{
    [Fact]
    public async Task A_ban_takes_everything_and_a_suspension_under_it_comes_back()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson(30, "operate");
        await api.HeardFromIdentity();
        Guid suspension = await api.Suspend(one.Id);

        Guid ban = await api.Ban(one.Id);
        Answer banned = await one.Client.Send("GET", "/me");
        banned.String("status").ShouldBe("banned");
        banned.String("suspended_until").ShouldBeNull();
        (await one.Client.Send("GET", "/audit/permissions")).Problem.ShouldBe("account-banned");

        await api.Reverse(ban);
        (await one.Client.Send("GET", "/me")).String("status").ShouldBe("suspended");
        (await one.Client.Send("GET", "/conversations")).Problem.ShouldBe("account-suspended");
        await api.Reverse(suspension);
        (await one.Client.Send("GET", "/me")).String("status").ShouldBe("active");
        (await one.Client.Send("GET", "/audit/permissions")).Status.ShouldBe(200);
        (await one.Client.Send("GET", "/conversations")).Status.ShouldBe(200);
    }

    [Fact]
    [Trait("seed", "7.3")]
    public async Task Whoever_is_banned_or_suspended_is_told_where_the_statement_is()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();

        await api.Suspend(one.Id, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        JsonElement suspended = await Why(one, "chat.private");
        await api.Ban(one.Id);
        JsonElement banned = await Why(one, "chat.private");

        suspended.GetProperty("held").GetBoolean().ShouldBeFalse();
        suspended.GetProperty("given_by")[0].GetProperty("code").GetString().ShouldBe("age_layer");
        suspended.GetProperty("blocked_by")[0].GetProperty("code").GetString().ShouldBe("suspended");
        suspended.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe(EnforceActions.Reason);
        suspended.GetProperty("unlocked_by")[0].GetProperty("at").GetDateTimeOffset().Year.ShouldBe(2099);
        banned.GetProperty("blocked_by").GetArrayLength().ShouldBe(1);
        banned.GetProperty("blocked_by")[0].GetProperty("code").GetString().ShouldBe("banned");
        banned.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe(EnforceActions.Reason);
        banned.GetProperty("unlocked_by")[0].GetProperty("code").GetString().ShouldBe("ban_lifted");
    }

    [Fact]
    public async Task A_restriction_takes_what_was_granted_and_is_lifted()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson(30, "operate");
        HttpClient someone = await api.Operator();

        Guid action = await api.Restrict(one.Id, "operate", new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)));
        (await one.Client.Send("GET", "/audit/permissions")).Problem.ShouldBe("capability-missing");

        JsonElement why = await Why(one, "operate");
        why.GetProperty("held").GetBoolean().ShouldBeFalse();
        why.GetProperty("summary").GetString().ShouldBe("You may not do this now. It was taken from you until 31 December 2098, 23:00 UTC.");
        why.GetProperty("given_by")[0].GetProperty("code").GetString().ShouldBe("granted");
        why.GetProperty("given_by")[0].GetProperty("since").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
        why.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe(EnforceActions.Reason);
        why.GetProperty("unlocked_by")[0].GetProperty("code").GetString().ShouldBe("restriction_ends");

        Answer permissions = await someone.Send("GET", $"/users/{one.Id}/permissions");
        permissions.Json.GetProperty("in_force").GetBoolean().ShouldBeTrue();
        permissions.Json.GetProperty("restricted")[0].GetProperty("capability").GetString().ShouldBe("operate");
        permissions.Text.ShouldNotContain("granted");
        permissions.Text.ShouldNotContain(EnforceActions.Reason);

        await api.Reverse(action);
        (await one.Client.Send("GET", "/audit/permissions")).Status.ShouldBe(200);
        (await Why(one, "operate")).GetProperty("held").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_restriction_takes_even_what_the_layer_gives()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();

        Guid action = await api.Restrict(one.Id, "chat.private");
        (await Why(one, "chat.private")).GetProperty("unlocked_by")[0].GetProperty("code").GetString().ShouldBe("restriction_lifted");
        await api.Reverse(action);
        (await Why(one, "chat.private")).GetProperty("held").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_restriction_ends_by_itself()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        var until = DateTimeOffset.UtcNow.AddSeconds(3);

        await api.Restrict(one.Id, "chat.group", until);
        long head = await RegisterUserTests.Head(api);

        await Eventually.Is(async () => (await Why(one, "chat.group")).GetProperty("held").GetBoolean(), "the restriction has ended");
        DateTimeOffset.UtcNow.ShouldBeGreaterThan(until);
        (await RegisterUserTests.Head(api)).ShouldBe(head);
        (await one.Client.Send("GET", $"/users/{one.Id}/permissions")).Json.GetProperty("restricted").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [Trait("seed", "7.2")]
    [InlineData("PUT", "ban")]
    [InlineData("DELETE", "ban")]
    [InlineData("PUT", "suspension")]
    [InlineData("DELETE", "suspension")]
    [InlineData("PUT", "restrictions/chat.group")]
    [InlineData("DELETE", "restrictions/chat.group")]
    public async Task Nobody_takes_or_gives_back_a_capability_but_by_a_decision_on_the_record(string method, string what)
    {
        ApiHost api = await shared.Host();
        Person person = await api.NewPerson();
        Person staff = await api.NewPerson(30, "operate", "moderate");
        await TurnedDownTests.NothingChanges(
            api, () => staff.Client.Send(method, $"/users/{person.Id}/{what}", new { reason = "Because.", until = "2099-01-01T00:00:00Z" }), 404, "route-not-found");
    }

    [Fact]
    public async Task Everybody_is_told_of_every_capability()
    {
        ApiHost api = await shared.Host();
        Person minor = await api.NewPerson(15);

        Answer mine = await minor.Client.Send("GET", "/me/capabilities");
        mine.Status.ShouldBe(200, mine.Text);
        mine.Header("Wya-Position").ShouldNotBeNull();
        JsonElement[] all = [.. mine.Json.GetProperty("capabilities").EnumerateArray()];
        all.Select(one => one.GetProperty("capability").GetString()).ShouldBe(
        [
            "analyse", "chat.group", "chat.private", "discovery.profiles", "moderate", "operate", "room.create", "room.customize.css",
        ]);
        all.Where(one => one.GetProperty("held").GetBoolean()).Select(one => one.GetProperty("capability").GetString())
            .ShouldBe(["chat.private", "room.create"]);
        all.ShouldAllBe(one => one.GetProperty("held").GetBoolean() || one.GetProperty("unlocked_by").GetArrayLength() > 0);

        JsonElement why = await Why(minor, "moderate");
        JsonElement.DeepEquals(why, all[4]).ShouldBeTrue();
        why.GetProperty("blocked_by")[0].GetProperty("code").GetString().ShouldBe("age_layer");
        why.GetProperty("unlocked_by")[0].GetProperty("sentence").GetString().ShouldBe("It can be granted to you from the age of 18 on.");
    }

    [Fact]
    public async Task A_grant_that_the_layer_does_not_allow_is_not_in_force()
    {
        ApiHost api = await shared.Host();
        Person minor = await api.NewPerson(15);
        await api.Database.Execute($"insert into permissions (user_id, capability) values ('{minor.Id}', 'operate')");

        (await minor.Client.Send("GET", "/audit/permissions")).Problem.ShouldBe("capability-missing");
        (await minor.Client.Send("GET", $"/users/{minor.Id}/permissions")).Text.ShouldNotContain("operate");
    }

    [Fact]
    [Trait("seed", "E2")]
    public async Task Reasons_are_nowhere_in_the_database_in_the_clear()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        string canary = $"canary{Guid.NewGuid():n}";

        await Record(api, one, new PermissionRestricted("chat.group", new Sensitive<string>(one.Id, canary)));
        await Record(api, one, new UserSuspended(DateTimeOffset.UtcNow.AddDays(1), new Sensitive<string>(one.Id, canary)));
        (await Why(one, "chat.group")).GetRawText().ShouldContain(canary);
        await Record(api, one, new UserBanned(new Sensitive<string>(one.Id, canary)));
        (await Why(one, "chat.group")).GetRawText().ShouldContain(canary);

        foreach (string table in new[] { "log.mt_events", "restrictions", "suspensions", "bans", "permission_audit" })
        {
            (await api.Database.Scalar<long>($"select count(*) from {table} t where t::text like '%{canary}%'")).ShouldBe(0, table);
        }
    }

    [Fact]
    public async Task Whoever_has_asked_to_be_erased_is_seen_by_nobody_and_rests_until_they_take_it_back()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        Person other = await api.NewPerson();
        Person moderator = await api.NewPerson(30, "moderate");
        string[] addresses = [$"/users/{one.Id}", $"/users/by-handle/{one.Handle}"];

        await Record(api, one, new ErasureRequested(DateTimeOffset.UtcNow.AddDays(14)));
        foreach (string address in addresses)
        {
            (await other.Client.Send("GET", address)).Problem.ShouldBe("user-not-found");
            (await moderator.Client.Send("GET", address)).Id.ShouldBe(one.Id);
            (await one.Client.Send("GET", address)).Id.ShouldBe(one.Id);
        }

        JsonElement why = await Why(one, "chat.private");
        why.GetProperty("held").GetBoolean().ShouldBeFalse();
        why.GetProperty("blocked_by")[0].GetProperty("code").GetString().ShouldBe("erasure_pending");

        await Record(api, one, new ErasureCancelled());
        (await other.Client.Send("GET", addresses[0])).Id.ShouldBe(one.Id);
        (await Why(one, "chat.private")).GetProperty("held").GetBoolean().ShouldBeTrue();
    }

    private static async Task Record(ApiHost api, Person person, UserEvent fact) =>
        (await api.Services.GetRequiredService<IdentityLog>().Store.Transact(
            User.Stream, person.Id, _ => fact, CommandMetadata.System(Guid.CreateVersion7()))).Refusal.ShouldBeNull();

    private static async Task<JsonElement> Why(Person person, string capability)
    {
        Answer answer = await person.Client.Send("GET", $"/me/capabilities/{capability}/why");
        answer.Status.ShouldBe(200, answer.Text);
        return answer.Json;
    }
}
