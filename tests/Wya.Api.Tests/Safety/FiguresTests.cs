using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Api.Tests.Safety.CaseScenes;

namespace Wya.Api.Tests.Safety;

/// <summary>What moderation tells of itself: to moderators, to operators, and to everybody.</summary>
public sealed class FiguresTests(SharedApi shared)
{
    private const string Marked = "marigold-71-facts";

    [Fact]
    public async Task Figures_count_what_happened_and_name_moderators_to_operators_alone()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), second = await api.NewModerator(), about = await api.NewPerson(), operating = await api.NewPerson(30, Capability.Operate);
        JsonElement before = await Figures(operating);
        Guid report = await api.Reports(await api.NewPerson(), about);
        await api.Reports(await api.NewPerson(), about);
        Guid action = await moderator.ActsOn(about, Action("mute", DateTimeOffset.UtcNow.AddDays(1), reports: new[] { new { report_id = report, outcome = "upheld" } })
            .With("category", "hate"));
        await moderator.ActsOn(about, Action("warn"));
        Guid appeal = (await about.Client.Send("POST", $"/me/record/actions/{action}/appeal", new { words = "It was a joke." }, Requests.NewKey())).Expect(200)
            .Json.GetProperty("appeal_id").GetGuid();
        (await moderator.Client.Send("DELETE", $"/moderation/cases/{about.Case()}/claim")).Expect(204);
        (await second.Claims(about)).Expect(200);
        (await second.Client.Send("POST", $"/moderation/appeals/{appeal}/resolution", new { outcome = "overturned", explanation = "It was." }, Requests.NewKey())).Expect(204);

        JsonElement after = await Figures(operating);
        foreach ((string flow, string figure, long more) in new[]
        {
            ("reports", "received", 2), ("reports", "pending", 1), ("reports", "decided", 1), ("appeals", "received", 1), ("appeals", "pending", 0), ("appeals", "decided", 1L),
        })
        {
            (Flow(after, flow).GetProperty(figure).GetInt64() - Flow(before, flow).GetProperty(figure).GetInt64()).ShouldBe(more, $"{flow}.{figure}");
        }

        Flow(after, "reports").GetProperty("handling_seconds_median").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        (Row(after, "by_category", "hate", "overturned") - Row(before, "by_category", "hate", "overturned")).ShouldBe(1);
        JsonElement ofModerator = after.GetProperty("by_moderator").EnumerateArray().Single(row => row.GetProperty("of").GetString() == moderator.Id.ToString());
        (ofModerator.GetProperty("decided").GetInt64(), ofModerator.GetProperty("appealed").GetInt64(), ofModerator.GetProperty("overturn_rate").GetDouble()).ShouldBe((2, 1, 1));

        JsonElement toModerators = await Figures(second);
        toModerators.GetRawText().ShouldNotContain(moderator.Id.ToString());
        toModerators.GetProperty("by_moderator").EnumerateArray().ShouldContain(row => row.GetProperty("of").GetString() == api.ModeratorRef(moderator).ToString());
        foreach (string wrong in new[] { "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from=2020-01-01T00:00:00Z" })
        {
            (await second.Looks($"/moderation/figures?{wrong}", "quality_review")).Status.ShouldBe(400);
        }
    }

    [Fact]
    [Trait("seed", "7.3")]
    public async Task The_public_statements_hold_every_decision_and_nobody()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson(), reporter = await api.NewPerson(), analyst = await api.NewPerson(30, Capability.Analyse);
        Guid report = await api.Reports(reporter, about);
        Dictionary<string, object?> body = Action("suspend", DateTimeOffset.UtcNow.AddDays(2), Marked, new[] { new { report_id = report, outcome = "upheld", explanation = Marked } })
            .With("what", Marked).With("appeal", Marked).With("ground", new { kind = "law", text = Marked }).With("category", "impersonation");
        Guid action = await moderator.ActsOn(about, body);
        (await moderator.Does(about, $"actions/{action}/reversal", new { reason = Marked })).Expect(204);
        await moderator.ActsOn(about, Action("warn"));

        Answer export = (await analyst.Looks("/moderation/statements", "quality_review")).Expect(200);
        export.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        JsonElement[] lines = [.. export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        lines.Length.ShouldBe((int)await api.Databases["safety"].Scalar<long>("select count(*) from public.decisions"));
        JsonElement ours = lines.Where(line => line.GetProperty("category").GetString() == "impersonation").ShouldHaveSingleItem();
        (ours.GetProperty("decision").GetString(), ours.GetProperty("ground").GetString(), ours.GetProperty("source").GetString(), ours.GetProperty("is_reversed").GetBoolean())
            .ShouldBe(("suspend", "law", "report", true));
        ours.GetProperty("since").GetDateTimeOffset().TimeOfDay.ShouldBe(TimeSpan.Zero);
        ours.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["number", "decision", "category", "ground", "since", "source", "automation_detected", "automation_decided", "is_reversed", "until"]);
        foreach (string told in new[]
        {
            Marked, about.Handle, moderator.Handle, reporter.Handle, $"{about.Id}", $"{moderator.Id}", $"{reporter.Id}", $"{about.Case()}", $"{action}", $"{report}",
            $"{api.SafetyKeyOf(about.Id)}", $"{api.ModeratorRef(moderator)}", $"{api.ReporterRef(reporter)}",
        })
        {
            export.Text.ShouldNotContain(told);
        }

        // The planted control: what must not be in it is found where it is.
        (await moderator.Looks($"/moderation/cases/{about.Case()}", "quality_review")).Expect(200).Text.ShouldContain(Marked);
    }

    private static async Task<JsonElement> Figures(Person who) => (await who.Looks("/moderation/figures", "quality_review")).Expect(200).Json;

    private static JsonElement Flow(JsonElement figures, string kind) =>
        figures.GetProperty("flow").EnumerateArray().Single(row => row.GetProperty("kind").GetString() == kind);

    private static long Row(JsonElement figures, string by, string of, string figure) =>
        figures.GetProperty(by).EnumerateArray().Where(row => row.GetProperty("of").GetString() == of).Sum(row => row.GetProperty(figure).GetInt64());
}
