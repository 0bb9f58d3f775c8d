using System.Text.Json;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

public sealed class PermissionAuditTests(SharedApi shared)
{
    [Fact]
    public async Task Whoever_changes_what_people_may_do_is_on_record_without_the_reasons()
    {
        ApiHost api = await shared.Host();
        Person staff = await api.NewPerson(30, "operate", "moderate");
        Person one = await api.NewPerson();
        await staff.Client.Send("PUT", $"/users/{one.Id}/permissions/analyse");
        await staff.Client.Send("DELETE", $"/users/{one.Id}/permissions/analyse");
        await api.Reverse(await api.Restrict(one.Id, "chat.group", new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        await api.Reverse(await api.Suspend(one.Id));
        await api.Reverse(await api.Ban(one.Id));
        Answer last = await staff.Client.Send("PUT", $"/users/{one.Id}/permissions/analyse");
        last.Status.ShouldBe(204, last.Text);

        Answer audit = await Audit(staff.Client, $"user={one.Id}", last.Position);

        JsonElement[] items = [.. audit.Json.GetProperty("items").EnumerateArray()];
        items.Select(item => item.GetProperty("what").GetString()).ShouldBe(
        [
            "user.permission_granted", "user.unbanned", "user.banned", "user.unsuspended", "user.suspended",
            "user.permission_restored", "user.permission_restricted", "user.permission_revoked", "user.permission_granted",
        ]);
        items.ShouldAllBe(item => item.GetProperty("user_id").GetGuid() == one.Id);
        items[1..7].ShouldAllBe(item => item.GetProperty("actor").GetString() == "system"); // which moderator decided is on safety's record alone
        items[7..].ShouldAllBe(item => item.GetProperty("actor").GetString() == staff.Id.ToString());
        items[0].GetProperty("position").GetInt64().ShouldBe(long.Parse(last.Position!["identity:".Length..]));
        items[6].GetProperty("until").GetDateTimeOffset().Year.ShouldBe(2099);
        items[6].GetProperty("capability").GetString().ShouldBe("chat.group");
        audit.Text.ShouldNotContain("statement");
        audit.Text.ShouldNotContain(Moderation.Moderator.ToString());
        long.Parse(audit.Position!["identity:".Length..]).ShouldBeGreaterThanOrEqualTo(long.Parse(last.Position["identity:".Length..]));

        Answer filtered = await Audit(staff.Client, $"user={one.Id}&capability=chat.group", last.Position);
        filtered.Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task It_is_read_in_pages_backwards_or_onwards_from_a_position()
    {
        ApiHost api = await shared.Host();
        HttpClient someone = await api.Operator();
        Person one = await api.NewPerson();
        long before = await RegisterUserTests.Head(api);
        string? position = null;
        for (int i = 0; i < 3; i++)
        {
            await someone.Send("PUT", $"/users/{one.Id}/permissions/analyse");
            position = (await someone.Send("DELETE", $"/users/{one.Id}/permissions/analyse")).Position;
        }

        await Audit(someone, "", position);
        long[] expected = [.. Enumerable.Range(1, 6).Select(step => before + step)];
        (await Pages(someone, $"after={before}")).ShouldBe([expected[..4], expected[4..]]);
        (await Pages(someone, $"after={before}&capability=moderate")).ShouldBe([[]]);
        (await Pages(someone, $"user={one.Id}")).ShouldBe([[.. expected.Reverse().Take(4)], [.. expected.Reverse().Skip(4)]]);
        (await Pages(someone, $"after={expected[^1]}")).ShouldBe([[]]);
    }

    private static async Task<long[][]> Pages(HttpClient client, string query)
    {
        List<long[]> pages = [];
        string? next = null;
        do
        {
            Answer page = await client.Send("GET", $"/audit/permissions?limit=4&{query}{(next is null ? "" : "&cursor=" + next)}");
            page.Status.ShouldBe(200, page.Text);
            pages.Add([.. page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("position").GetInt64())]);
            next = page.String("next");
        }
        while (next is not null);

        return [.. pages];
    }

    private static async Task<Answer> Audit(HttpClient client, string query, string? position)
    {
        Answer? answer = null;
        await Eventually.Is(
            async () => (answer = await client.Send("GET", $"/audit/permissions?{query}", position: position)).Problem != "read-model-behind",
            "the audit has it all");
        answer!.Status.ShouldBe(200, answer.Text);
        return answer;
    }
}
