using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Safety;

/// <summary>What people see of what safety holds on them: kind words, and their whole record.</summary>
public sealed class OwnRecordTests(SharedApi shared)
{
    private static readonly DateTimeOffset Since = DateTimeOffset.UtcNow.AddHours(-1);

    [Fact]
    public async Task A_kind_word_comes_to_the_person_alone_and_goes_when_they_have_read_it()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid talk = await people[0].StartGroup(people[1]);
        await using LiveClient own = await LiveClient.Stream(people[0].Client);
        await using LiveClient others = await LiveClient.Stream(people[1].Client);
        for (int i = 0; i < 6; i++)
        {
            await people[0].Says(talk, "i will find you");
        }

        await Eventually.Is(() => own.Frames.Any(frame => frame.Type == "overlay.shown"), "the word is shown");
        JsonElement shown = own.Frames.Single(frame => frame.Type == "overlay.shown").Data;
        Guid id = shown.GetProperty("intervention_id").GetGuid();
        (shown.GetProperty("kind").GetString(), shown.GetProperty("title").GetString()).ShouldBe(("mind_the_tone", "How it may sound"));
        JsonElement listed = (await people[0].Client.Send("GET", "/me/overlays")).Json.GetProperty("items")[0];
        listed.GetProperty("text").GetString().ShouldBe(shown.GetProperty("text").GetString());
        (await people[1].Client.Send("GET", "/me/overlays")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        (await people[1].Client.Send("POST", $"/me/overlays/{id}/dismissal")).Code().ShouldBe("404 overlay-not-found");
        (await people[0].Client.Send("POST", $"/me/overlays/{id}/dismissal")).Status.ShouldBe(204);
        (await people[0].Client.Send("POST", $"/me/overlays/{id}/dismissal")).Status.ShouldBe(204);
        await Eventually.Is(() => own.Frames.Any(frame => frame.Type == "overlay.dismissed"), "other devices hear of it");
        (await people[0].Client.Send("GET", "/me/overlays")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        others.Frames.ShouldAllBe(frame => !frame.Type.StartsWith("overlay", StringComparison.Ordinal));
        (await people[0].Says(talk, "All of it can still be said.")).ShouldNotBe(Guid.Empty);
    }

    [Fact]
    [Trait("seed", "7.2")]
    [Trait("seed", "7.3")]
    [Trait("seed", "R7")]
    public async Task A_person_reads_their_whole_record_and_nothing_of_who_reported_or_decided()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        (Person mara, Person noor, Person moderator) = (people[0], people[1], people[2]);
        var self = new UserId(mara.Id);
        await noor.Reports(ReportScenes.Of(mara), words: "Noor's own words.");
        Guid warning = Guid.NewGuid(), mute = Guid.NewGuid(), appeal = Guid.NewGuid();
        await api.Decides(
            mara,
            new SignalRecorded(self, SignalKind.MessageFlood, "messaging", Since, 0.4, api.Seal(mara, "31 messages")),
            new WarningIssued(warning, self, Basis(api, moderator), Statement(api, mara, "You were warned.")),
            new RestrictionApplied(mute, self, RestrictionKind.Mute, DateTimeOffset.UtcNow.AddDays(2), Basis(api, moderator), Statement(api, mara, "You are muted.")),
            new AppealSubmitted(appeal, warning, self, api.Seal(mara, "It was a joke.")),
            new AppealResolved(appeal, warning, self, AppealOutcome.Overturned, api.Seal(mara, "It was indeed.")),
            new ActionReversed(warning, api.Seal(mara, "It was indeed."), appeal, mara.Id),
            new NoteAdded(Guid.NewGuid(), self, api.Seal(mara, "For moderators alone.")));

        Answer record = await mara.Client.Send("GET", "/me/record");

        record.Status.ShouldBe(200, record.Text);
        JsonElement json = record.Json;
        json.GetProperty("level").GetString().ShouldBe("monitor");
        json.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("weight").GetDouble() * part.GetProperty("value").GetDouble())
            .ShouldBe(json.GetProperty("score").GetDouble(), 0.001);
        json.GetProperty("moved_by").EnumerateArray().Select(one => one.GetProperty("kind").GetString()).ShouldBe(["message_flood"]);
        JsonElement[] actions = [.. json.GetProperty("actions").EnumerateArray()];
        actions.Length.ShouldBe(2);
        JsonElement muted = actions.Single(action => action.GetProperty("kind").GetString() == "mute"), warned = actions.Single(action => action.GetProperty("kind").GetString() == "warn");
        muted.GetProperty("in_force").GetBoolean().ShouldBeTrue();
        muted.GetProperty("statement").GetProperty("facts").GetString().ShouldBe("What happened.");
        muted.GetProperty("basis").GetProperty("automation_decided").GetBoolean().ShouldBeFalse();
        muted.GetProperty("appeal_until").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMonths(6).AddDays(-3));
        warned.GetProperty("is_reversed").GetBoolean().ShouldBeTrue();
        warned.TryGetProperty("appeal_until", out _).ShouldBeFalse();
        warned.GetProperty("appeal").GetProperty("words").GetString().ShouldBe("It was a joke.");
        warned.GetProperty("reversed_because").GetString().ShouldBe("It was indeed.");
        foreach (string hidden in (string[])["Noor", $"{noor.Id}", $"{moderator.Id}", $"{api.ModeratorRef(moderator)}", $"{api.ReporterRef(noor)}", "moderators alone", "sealed1:", "31 messages"])
        {
            record.Text.ShouldNotContain(hidden);
        }

        (await noor.Client.Send("GET", "/me/record")).Json.GetProperty("actions").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("suspension")]
    [InlineData("ban")]
    public async Task It_can_be_read_by_whoever_may_do_nothing_else(string what)
    {
        ApiHost api = await shared.Host();
        Person mara = (await api.NewPeople(1))[0];
        await (what == "ban" ? api.Ban(mara.Id) : api.Suspend(mara.Id));
        (await mara.Client.Send("GET", "/conversations")).Status.ShouldBe(403);
        foreach (string address in (string[])["/me/record", "/me/reports", "/me/overlays"])
        {
            (await mara.Client.Send("GET", address)).Status.ShouldBe(200, address);
        }
    }

    [Fact]
    public async Task It_says_when_the_level_falls_by_itself_and_what_would_help()
    {
        ApiHost api = await shared.Host();
        Person mara = (await api.NewPeople(1))[0];
        var self = new UserId(mara.Id);
        await api.Decides(
            mara,
            new SignalRecorded(self, SignalKind.Content, "scanner", DateTimeOffset.UtcNow, 0.9),
            new RiskAssessed(self, RiskLevel.Monitor, RiskLevel.Guide, 0.46, new RiskParts(0.9, 0, 0, 1), DateTimeOffset.UtcNow));
        JsonElement record = (await mara.Client.Send("GET", "/me/record")).Json;
        record.GetProperty("level").GetString().ShouldBe("guide");
        record.GetProperty("meaning").GetString()!.ShouldContain("Nothing is restricted");
        record.GetProperty("falls_at").GetDateTimeOffset().ShouldBeInRange(DateTimeOffset.UtcNow.AddDays(3), DateTimeOffset.UtcNow.AddDays(30));
        record.GetProperty("moved_by")[0].GetProperty("improve").GetString().ShouldNotBeNullOrEmpty();
    }

    private static ActionBasis Basis(ApiHost api, Person moderator) =>
        new(Category.Harassment, GroundKind.Rule, Since, api.ModeratorRef(moderator), FromReport: true, AutomationDetected: true);

    private static EventStore.Sensitive<StatementOfReasons> Statement(ApiHost api, Person person, string what) =>
        api.Seal(person, new StatementOfReasons(what, "What happened.", "Rule 3.", "In your record."));
}
