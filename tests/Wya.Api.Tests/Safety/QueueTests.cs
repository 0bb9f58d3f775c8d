using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Safety;

public sealed class QueueTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "R7")]
    public async Task What_is_most_urgent_comes_first_and_pages_miss_nothing()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator();
        Dictionary<Guid, string> placed = [];
        foreach (CasePriority priority in new[] { CasePriority.Low, CasePriority.Immediate, CasePriority.Medium, CasePriority.High, CasePriority.Low })
        {
            Person about = await api.NewPerson();
            await api.Reports(await api.NewPerson(), about, priority: priority);
            await api.Reports(await api.NewPerson(), about, priority: CasePriority.Low);
            placed[about.Case()] = priority.ToString().ToLowerInvariant();
        }

        Person protectedLevel = await api.NewPerson();
        await api.Reports(await api.NewPerson(), protectedLevel, priority: CasePriority.Low);
        await api.Happens(protectedLevel, "system", new RiskAssessed(
            new UserId(protectedLevel.Id), RiskLevel.Intervene, RiskLevel.Protect, 0.8, new RiskParts(1, 1, 0.5, 0)));

        List<JsonElement> queue = await moderator.Queue();
        queue.Select(item => item.GetProperty("case_id").GetGuid()).ShouldBeUnique();
        int[] ranks = [.. queue.Select(Rank)];
        ranks.ShouldBe(ranks.Order());
        foreach (IGrouping<int, JsonElement> same in queue.GroupBy(Rank))
        {
            DateTimeOffset[] due = [.. same.Select(item => item.GetProperty("due_at").GetDateTimeOffset())];
            due.ShouldBe(due.Order());
        }

        foreach ((Guid caseId, string priority) in placed)
        {
            JsonElement item = queue.Single(one => one.GetProperty("case_id").GetGuid() == caseId);
            item.GetProperty("priority").GetString().ShouldBe(priority);
            item.GetProperty("open_reports").GetInt32().ShouldBe(2);
            item.GetProperty("reporters").GetInt32().ShouldBe(2);
            (item.GetProperty("due_at").GetDateTimeOffset() - item.GetProperty("opened_at").GetDateTimeOffset()).TotalHours.ShouldBe(
                priority switch { "immediate" => 1, "high" => 24, "medium" => 72, _ => 168 }, 0.01);
        }

        queue.Single(one => one.GetProperty("case_id").GetGuid() == protectedLevel.Case()).GetProperty("priority").GetString().ShouldBe("immediate");
        (await moderator.Queue(limit: 2)).Select(item => item.GetRawText()).ShouldBe(queue.Select(item => item.GetRawText()));
        (await moderator.Queue("&priority=high")).ShouldAllBe(item => item.GetProperty("priority").GetString() == "high");

        static int Rank(JsonElement item)
        {
            string priority = item.GetProperty("priority").GetString()!;
            bool first = priority == "immediate" || (item.TryGetProperty("level", out JsonElement level) && level.GetString() == "protect");
            return first ? 0 : priority switch { "high" => 1, "medium" => 2, _ => 3 };
        }
    }

    [Fact]
    public async Task Filters_and_counts_say_what_is_asked_for()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson(), other = await api.NewPerson();
        await api.Reports(await api.NewPerson(), about, Category.Scam);
        await api.Reports(await api.NewPerson(), other, Category.Hate);
        (await moderator.Claims(about)).Expect(200);

        Ids(await moderator.Queue("&mine=true")).ShouldBe([about.Case()]);
        Ids(await moderator.Queue("&category=scam")).ShouldContain(about.Case());
        Ids(await moderator.Queue("&category=scam")).ShouldNotContain(other.Case());
        Ids(await moderator.Queue("&unclaimed=true")).ShouldNotContain(about.Case());
        Ids(await moderator.Queue("&unclaimed=true")).ShouldContain(other.Case());
        Ids(await moderator.Queue("&overdue=true")).ShouldNotContain(other.Case());
        JsonElement counts = (await moderator.Looks("/moderation/queue?limit=1")).Expect(200).Json.GetProperty("counts");
        counts.GetProperty("open").GetInt64().ShouldBe((await moderator.Queue()).Count);
        (counts.GetProperty("open").GetInt64() - counts.GetProperty("unclaimed").GetInt64()).ShouldBeGreaterThanOrEqualTo(1);
        foreach (string wrong in new[] { "limit=0", "cursor=x", "priority=urgent", "category=Scam" })
        {
            (await moderator.Looks($"/moderation/queue?{wrong}")).Status.ShouldBe(400, wrong);
        }

        static Guid[] Ids(List<JsonElement> items) => [.. items.Select(item => item.GetProperty("case_id").GetGuid())];
    }

    [Fact]
    public async Task A_brigade_of_one_is_one_line_until_somebody_has_looked()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), reporter = await api.NewPerson(), third = await api.NewPerson();
        Person[] reported = [await api.NewPerson(), await api.NewPerson(), await api.NewPerson()];
        foreach (Person about in reported)
        {
            await api.Reports(reporter, about, priority: about == reported[0] ? CasePriority.High : CasePriority.Low);
        }

        await api.Reports(third, reported[2]);
        await api.Group(reporter);
        (await Waiting()).ShouldBe([reporter.Case(), reported[2].Case()], ignoreOrder: true);
        JsonElement group = (await moderator.Queue()).Single(item => item.GetProperty("case_id").GetGuid() == reporter.Case());
        (group.GetProperty("group_size").GetInt32(), group.GetProperty("priority").GetString()).ShouldBe((3, "high"));
        JsonElement alone = (await moderator.Queue()).Single(item => item.GetProperty("case_id").GetGuid() == reported[2].Case());
        alone.GetProperty("open_reports").GetInt32().ShouldBe(1);

        (await moderator.Client.Send("POST", $"/moderation/cases/{reporter.Case()}/group/release")).Problem.ShouldBe("case-not-claimed");
        (await moderator.Claims(reporter)).Expect(200);
        (await moderator.Client.Send("POST", $"/moderation/cases/{reporter.Case()}/group/release")).Expect(204);
        (await moderator.Client.Send("POST", $"/moderation/cases/{reporter.Case()}/group/release")).Expect(204);
        (await Waiting()).ShouldBe([.. reported.Select(one => one.Case())], ignoreOrder: true);

        async Task<Guid[]> Waiting()
        {
            HashSet<Guid> these = [.. reported.Append(reporter).Select(one => one.Case())];
            return [.. (await moderator.Queue()).Select(item => item.GetProperty("case_id").GetGuid()).Where(these.Contains)];
        }
    }

    [Fact]
    public async Task A_group_is_dismissed_across_cases_and_leaves_what_the_moderator_must_not_decide()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), friend = await api.NewPerson(), reporter = await api.NewPerson(), about = await api.NewPerson();
        await moderator.Befriends(friend);
        await Eventually.Is(() => api.IsTied(moderator, friend), "safety knows of the friendship");
        Guid first = await api.Reports(reporter, about), withheld = await api.Reports(reporter, friend);
        Guid others = await api.Reports(await api.NewPerson(), about);
        await api.Group(reporter);
        (await moderator.Claims(reporter)).Expect(200);

        JsonElement progress = (await moderator.Does(reporter, "group/dismissal", new { })).Expect(200).Json;
        (progress.GetProperty("dismissed").GetInt32(), progress.GetProperty("left").GetInt32(), progress.GetProperty("withheld").GetInt32()).ShouldBe((1, 0, 1));
        (await Outcome(first), await Outcome(withheld), await Outcome(others)).ShouldBe(("false_report", "", ""));
        JsonElement again = (await moderator.Does(reporter, "group/dismissal", new { })).Expect(200).Json;
        again.GetProperty("dismissed").GetInt32().ShouldBe(0);
        JsonElement forAnother = (await moderator.Queue()).Single(item => item.GetProperty("case_id").GetGuid() == friend.Case());
        forAnother.GetProperty("conflict_of_interest").GetBoolean().ShouldBeTrue();
        forAnother.EnumerateObject().Select(member => member.Name).ShouldBe(["case_id", "priority", "due_at", "is_overdue", "conflict_of_interest"]);

        Task<string> Outcome(Guid report) => api.Databases["safety"].Scalar<string>($"select coalesce(outcome, '') from public.reports where report_id = '{report}'");
    }
}
