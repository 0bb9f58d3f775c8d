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
    private const string Reason = "Unwanted invitations to many people.";

    [Fact]
    public async Task A_ban_takes_everything_replaces_a_suspension_and_is_lifted()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewPerson(30, "moderate");
        Person other = await api.NewPerson();
        HttpClient someone = await api.Operator();
        string address = $"/users/{moderator.Id}/ban";
        await someone.Send("PUT", $"/users/{moderator.Id}/suspension", TurnedDownTests.Suspension(TimeSpan.FromDays(1), "A pause."));

        (await someone.Send("PUT", address, new { reason = "Threats." })).Status.ShouldBe(204);
        long head = await RegisterUserTests.Head(api);
        (await someone.Send("PUT", address, new { reason = "Threats." })).Status.ShouldBe(204);
        (await someone.Send("PUT", $"/users/{moderator.Id}/suspension", TurnedDownTests.Suspension(TimeSpan.FromDays(2), "A pause.")))
            .Problem.ShouldBe("user-banned");
        (await RegisterUserTests.Head(api)).ShouldBe(head);

        Answer me = await moderator.Client.Send("GET", "/me");
        me.String("status").ShouldBe("banned");
        me.String("suspended_until").ShouldBeNull();
        (await moderator.Client.Send("DELETE", $"/users/{other.Id}/suspension")).Status.ShouldBe(403);
        (await moderator.Client.Send("DELETE", address)).Status.ShouldBe(403);

        (await someone.Send("DELETE", address)).Status.ShouldBe(204);
        (await someone.Send("DELETE", address)).Status.ShouldBe(204);
        (await moderator.Client.Send("GET", "/me")).String("status").ShouldBe("active");
        (await moderator.Client.Send("DELETE", $"/users/{other.Id}/suspension")).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Whoever_is_banned_or_suspended_is_told_why()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient someone = await api.Operator();

        await someone.Send("PUT", $"/users/{one.Id}/suspension", new { until = "2099-01-01T00:00:00Z", reason = "Spam in many rooms." });
        JsonElement suspended = await Why(one, "chat.private");
        await someone.Send("PUT", $"/users/{one.Id}/ban", new { reason = "Threats." });
        JsonElement banned = await Why(one, "chat.private");

        suspended.GetProperty("held").GetBoolean().ShouldBeFalse();
        suspended.GetProperty("given_by")[0].GetProperty("code").GetString().ShouldBe("age_layer");
        suspended.GetProperty("blocked_by")[0].GetProperty("code").GetString().ShouldBe("suspended");
        suspended.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe("Spam in many rooms.");
        suspended.GetProperty("unlocked_by")[0].GetProperty("at").GetDateTimeOffset().Year.ShouldBe(2099);
        banned.GetProperty("blocked_by").GetArrayLength().ShouldBe(1);
        banned.GetProperty("blocked_by")[0].GetProperty("code").GetString().ShouldBe("banned");
        banned.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe("Threats.");
        banned.GetProperty("unlocked_by")[0].GetProperty("code").GetString().ShouldBe("ban_lifted");
    }

    [Fact]
    public async Task A_restriction_takes_what_was_granted_names_its_reason_and_is_lifted()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewPerson(30, "moderate");
        Person other = await api.NewPerson();
        HttpClient someone = await api.Operator();
        string address = $"/users/{moderator.Id}/restrictions/moderate";

        (await someone.Send("PUT", address, new { reason = Reason, until = "2099-01-01T00:00:00+01:00" })).Status.ShouldBe(204);
        long head = await RegisterUserTests.Head(api);
        (await someone.Send("PUT", address, new { reason = Reason, until = "2099-01-01T00:00:00+01:00" })).Status.ShouldBe(204);
        (await RegisterUserTests.Head(api)).ShouldBe(head);
        (await moderator.Client.Send("DELETE", $"/users/{other.Id}/suspension")).Problem.ShouldBe("capability-missing");
        (await moderator.Client.Send("DELETE", address)).Problem.ShouldBe("capability-missing");

        JsonElement why = await Why(moderator, "moderate");
        why.GetProperty("held").GetBoolean().ShouldBeFalse();
        why.GetProperty("summary").GetString().ShouldBe("You may not do this now. It was taken from you until 31 December 2098, 23:00 UTC.");
        why.GetProperty("given_by")[0].GetProperty("code").GetString().ShouldBe("granted");
        why.GetProperty("given_by")[0].GetProperty("since").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
        why.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe(Reason);
        why.GetProperty("unlocked_by")[0].GetProperty("code").GetString().ShouldBe("restriction_ends");

        Answer permissions = await someone.Send("GET", $"/users/{moderator.Id}/permissions");
        permissions.Json.GetProperty("in_force").GetBoolean().ShouldBeTrue();
        permissions.Json.GetProperty("restricted")[0].GetProperty("capability").GetString().ShouldBe("moderate");
        permissions.Text.ShouldNotContain("granted");
        permissions.Text.ShouldNotContain(Reason);

        (await someone.Send("DELETE", address)).Status.ShouldBe(204);
        (await someone.Send("DELETE", address)).Status.ShouldBe(204);
        (await moderator.Client.Send("DELETE", $"/users/{other.Id}/suspension")).Status.ShouldBe(204);
        (await Why(moderator, "moderate")).GetProperty("held").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_restriction_takes_even_what_the_layer_gives_and_nobody_lifts_their_own()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewPerson(30, "moderate");
        HttpClient someone = await api.Operator();
        string address = $"/users/{moderator.Id}/restrictions/chat.private";

        (await someone.Send("PUT", address, new { reason = Reason })).Status.ShouldBe(204);
        (await Why(moderator, "chat.private")).GetProperty("unlocked_by")[0].GetProperty("code").GetString().ShouldBe("restriction_lifted");

        await TurnedDownTests.NothingChanges(api, () => moderator.Client.Send("DELETE", address), 403, "own-restriction");
        (await someone.Send("DELETE", address)).Status.ShouldBe(204);
        (await Why(moderator, "chat.private")).GetProperty("held").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_restriction_ends_by_itself()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient someone = await api.Operator();
        var until = DateTimeOffset.UtcNow.AddMilliseconds(700);

        (await someone.Send("PUT", $"/users/{one.Id}/restrictions/chat.group", new { reason = Reason, until })).Status.ShouldBe(204);
        long head = await RegisterUserTests.Head(api);

        await Eventually.Is(async () => (await Why(one, "chat.group")).GetProperty("held").GetBoolean(), "the restriction has ended");
        DateTimeOffset.UtcNow.ShouldBeGreaterThan(until);
        (await RegisterUserTests.Head(api)).ShouldBe(head);
        (await one.Client.Send("GET", $"/users/{one.Id}/permissions")).Json.GetProperty("restricted").GetArrayLength().ShouldBe(0);
    }

    public static TheoryData<string, int, string> Restrictions => new()
    {
        { """{"reason": "Because.", "until": "2020-01-01T00:00:00Z"}""", 422, "restriction-end-passed" },
        { """{"reason": " "}""", 422, "reason-invalid" },
        { $$"""{"reason": "{{new string('x', 501)}}"}""", 422, "reason-invalid" },
        { """{"until": "2099-01-01T00:00:00Z"}""", 400, "malformed-request" },
        { """{"reason": "Because.", "until": "tomorrow"}""", 400, "malformed-request" },
        { """{"reason": "Because.", "capability": "chat.group"}""", 400, "malformed-request" },
    };

    [Theory]
    [MemberData(nameof(Restrictions))]
    public async Task A_restriction_is_turned_down(string body, int status, string code)
    {
        ApiHost api = await shared.Host();
        Person person = await api.NewPerson();
        HttpClient someone = await api.Operator();
        await TurnedDownTests.NothingChanges(api, () => someone.Send("PUT", $"/users/{person.Id}/restrictions/chat.group", body), status, code);
    }

    [Theory]
    [InlineData("PUT", "restrictions/fly", 422, "capability-unknown")]
    [InlineData("DELETE", "restrictions/fly", 422, "capability-unknown")]
    [InlineData("PUT", "ban", 422, "reason-invalid")]
    public async Task A_command_on_a_person_is_turned_down(string method, string what, int status, string code)
    {
        ApiHost api = await shared.Host();
        Person person = await api.NewPerson();
        HttpClient someone = await api.Operator();
        object? body = method == "DELETE" ? null : new { reason = what == "ban" ? " " : "Because." };
        await TurnedDownTests.NothingChanges(api, () => someone.Send(method, $"/users/{person.Id}/{what}", body), status, code);
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
        HttpClient someone = await api.Operator();
        string canary = $"canary{Guid.NewGuid():n}";

        await someone.Send("PUT", $"/users/{one.Id}/restrictions/chat.group", new { reason = canary });
        await someone.Send("PUT", $"/users/{one.Id}/suspension", TurnedDownTests.Suspension(TimeSpan.FromDays(1), canary));
        (await Why(one, "chat.group")).GetRawText().ShouldContain(canary);
        await someone.Send("PUT", $"/users/{one.Id}/ban", new { reason = canary });
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
