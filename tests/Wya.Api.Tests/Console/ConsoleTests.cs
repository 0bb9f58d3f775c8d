using Microsoft.Playwright;
using Shouldly;
using Wya.Api.Tests.Safety;
using Wya.Domain.Safety.Events;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Wya.Api.Tests.Console;

/// <summary>Moderators at work in the console, in a real browser, with its keys alone.</summary>
public sealed class ConsoleTests(ConsoleHouse house) : IClassFixture<ConsoleHouse>
{
    private const string Markup = "I know where you live <img src=x onerror=\"document.title='ran'\"><b>tonight</b>";

    [Fact]
    [Trait("seed", "7.2")]
    public async Task A_case_is_worked_from_the_sign_in_to_the_decision_by_keyboard()
    {
        ApiHost api = await house.Host();
        Person moderator = await house.NewModerator(), about = await api.NewPerson(), reporter = await api.NewPerson();
        await api.Reports(reporter, about, Category.Threats, CasePriority.Immediate, "They <i>threaten</i> me.", Markup);
        ConsoleWindow window = await house.Open();
        await window.IsTitled("Sign in");
        await window.SignIn(moderator.Handle);
        await window.IsTitled("Queue");
        await window.Press("Threats");
        await window.IsTitled($"Case of {about.Handle}");
        await window.Press("Take this case");
        await window.Reads("The case is yours for half an hour.");

        // What was reported is not there before it is asked for; that it was is on the record, once.
        (await window.Page.ContentAsync()).ShouldNotContain("where you live");
        (await Looked(api, "evidence", about)).ShouldBe(0);
        await window.Press("Show what reporter 1 reported");
        await window.IsTitled("What reporter 1 reported");
        await window.Unfold("By the person of this case, which was reported");
        await window.Reads(Markup);
        ILocator said = window.Page.Locator(".evidence .said").First;
        (await said.EvaluateAsync<string>("e => getComputedStyle(e).filter")).ShouldStartWith("blur");
        await window.Page.Keyboard.PressAsync("Tab");
        await Expect(said).ToBeFocusedAsync();
        (await said.EvaluateAsync<string>("e => getComputedStyle(e).filter")).ShouldBe("none");
        await window.Reads("They <i>threaten</i> me.");
        (await window.Page.Locator("main").Locator("img, b b, i").CountAsync()).ShouldBe(0);
        (await window.Page.TitleAsync()).ShouldNotBe("ran");
        (await Looked(api, "evidence", about)).ShouldBe(1);
        (await Looked(api, "reporter", about)).ShouldBe(0);
        await window.Press("Back to the case");

        // A statement that is not complete is told, part by part, and decides nothing.
        await window.Press("Mute");
        await window.Press("Look at it as the person will");
        await window.Reads("The statement is not complete.");
        await window.Reads("Replace what stands in [brackets].");
        await window.Reads("Say whether a program drew attention to it.");
        await window.IsForEverybody();
        (await Happened(api, about, "safety.restriction_applied")).ShouldBe(0);
        await window.Type("On which facts", "On 26 November you wrote to one person that you know where they live.");
        await window.Pick("For how long", "1 week");
        await window.Mark("No, people did");
        await window.Press("Look at it as the person will");
        await window.IsTitled("Decide this mute?");
        await window.Reads("you know where they live");
        (await Happened(api, about, "safety.restriction_applied")).ShouldBe(0);
        await window.Press("Change something");
        await Expect(window.Page.GetByLabel("On which facts")).ToHaveValueAsync("On 26 November you wrote to one person that you know where they live.");
        await window.Press("Look at it as the person will");
        await window.Press("Yes, decide it");
        await window.Reads("Decided. The person reads the statement in their record");
        (await Happened(api, about, "safety.restriction_applied")).ShouldBe(1);
        (await Happened(api, about, "safety.report_resolved")).ShouldBe(1);

        // And taken back.
        await window.Unfold("Take it back");
        await window.Type("Why, to the person", "It was a quotation.");
        await window.Press("Take it back with everything that it did");
        await window.Reads("Taken back, with everything that it did.");
        (await Happened(api, about, "safety.action_reversed")).ShouldBe(1);
        await window.Press("Sign out");
        await window.IsTitled("Sign in");
        window.Complaints.Where(complaint => !complaint.Contains("422")).ShouldBeEmpty();
    }

    [Fact]
    [Trait("seed", "7.3")]
    public async Task A_ban_takes_two_people()
    {
        ApiHost api = await house.Host();
        Person first = await house.NewModerator(), second = await house.NewModerator(), about = await api.NewPerson(), reporter = await api.NewPerson();
        await api.Reports(reporter, about, Category.Hate, CasePriority.High);
        ConsoleWindow hers = await house.Open(), his = await house.Open(width: 360, isDark: true);
        await hers.SignIn(first.Handle);
        await hers.Press("Hate");
        await hers.Press("Take this case");
        await hers.Press("Propose a ban");
        await hers.Type("On which facts", "On 25 and 26 November you wrote hateful words to eleven people.");
        await hers.Mark("No, people did");
        await hers.Press("Look at it as the person will");
        await hers.IsTitled("Propose this ban?");
        await hers.Press("Yes, propose it");
        await hers.Reads("The ban does nothing until another moderator agrees");
        (await Happened(api, about, "safety.ban_applied")).ShouldBe(0);
        await hers.Press("Take this case");
        await hers.Reads("By you: another moderator must agree");
        await hers.DoesNotRead("Agree: ban them");
        using (var desk = new Desk(api))
        {
            await desk.SignIn(first.Handle);
            string proposal = await api.Databases["safety"].Scalar<string>(
                $"select data->>'proposal_id' from log.mt_events where stream_id = '{about.Case()}' and type = 'safety.ban_proposed'");
            Answer refused = await desk.Submit(Desk.Moderation, $"{Desk.Moderation}/cases/{about.Case()}/bans/{proposal}/approval", ("key", Requests.NewKey()));
            refused.Status.ShouldBe(403);
            refused.Text.ShouldContain("A second person is needed");
        }

        await hers.Press("Release it");
        await his.SignIn(second.Handle);
        await his.Press("Hate");
        await his.Press("Take this case");
        await his.Reads("you wrote hateful words to eleven people");
        await his.Press("Agree: ban them");
        await his.Reads("The ban is in force.");
        (await Happened(api, about, "safety.ban_applied")).ShouldBe(1);
        hers.Complaints.ShouldBeEmpty();
        his.Complaints.ShouldBeEmpty();
    }

    [Fact]
    [Trait("seed", "A7")]
    public async Task An_appeal_is_decided_by_another_moderator()
    {
        ApiHost api = await house.Host();
        Person first = await house.NewModerator(), second = await house.NewModerator(), about = await api.NewPerson();
        await api.Happens(about, "system", new SignalRecorded(new(about.Id), SignalKind.MessageFlood, "messaging", DateTimeOffset.UtcNow, 0.4));
        Guid action = await first.ActsOn(about, CaseScenes.Action("warn"));
        (await about.Client.Send("POST", $"/me/record/actions/{action}/appeal", new { words = "It was <u>my brother</u>." }, Requests.NewKey())).Status.ShouldBeLessThan(300);
        ConsoleWindow hers = await house.Open(), his = await house.Open();
        await hers.SignIn(first.Handle);
        await hers.Press("Appeals");
        await hers.Reads("For another moderator: you decided it");
        await his.SignIn(second.Handle);
        await his.Press("Appeals");
        await his.Press("Look at it in its case");
        await his.Reads("It was <u>my brother</u>.");
        await hers.Page.GotoAsync($"{Desk.Moderation}/cases/{about.Case()}");
        await hers.Press("Release it");
        await his.Page.ReloadAsync();
        await his.Press("Take this case");
        await his.MarkAfter("The decision stands");
        await his.Type("Why, to the person", "You showed that it was not you.");
        await his.Press("Decide the appeal");
        await his.Reads("The appeal is decided: the decision was wrong");
        await his.Reads("Taken back on appeal");
        (await Happened(api, about, "safety.action_reversed")).ShouldBe(1);
        his.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_never_decide_one_case_and_what_was_typed_is_kept()
    {
        ApiHost api = await house.Host();
        Person first = await house.NewModerator(), second = await house.NewModerator(), about = await api.NewPerson(), reporter = await api.NewPerson();
        await api.Reports(reporter, about, Category.Spam, CasePriority.Low);
        string page = $"{Desk.Moderation}/cases/{about.Case()}";
        using Desk hers = new(api), his = new(api);
        await hers.SignIn(first.Handle);
        await his.SignIn(second.Handle);
        (await hers.Submit(page, $"{page}/claim")).Header("Location")!.ShouldEndWith("done=claimed");
        Answer seen = await his.Open(page);
        seen.Text.ShouldContain("has this case for");
        seen.Text.ShouldNotContain("/decision?kind=");
        Answer refused = await his.Submit(page, $"{page}/clearance", ("key", Requests.NewKey()), ("clearance_reason", "Nothing <in> it."));
        refused.Status.ShouldBe(409);
        refused.Text.ShouldContain("Another moderator has this case");
        (await Happened(api, about, "safety.cleared")).ShouldBe(0);

        // Sent twice, as an impatient finger does, it is done once.
        string token = Desk.TokenIn((await hers.Open(page)).Text), key = Requests.NewKey();
        (await hers.Post($"{page}/notes", token, ("key", key), ("note", "The same as last week."))).Status.ShouldBe(302);
        (await hers.Post($"{page}/notes", token, ("key", key), ("note", "The same as last week."))).Status.ShouldBe(302);
        (await Happened(api, about, "safety.note_added")).ShouldBe(1);
        Answer blank = await hers.Post($"{page}/clearance", token, ("key", Requests.NewKey()), ("clearance_reason", " "));
        blank.Status.ShouldBe(422);
        (await hers.Open($"{page}/nowhere")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task While_safety_is_away_a_page_says_so_and_nobody_is_signed_out()
    {
        ApiHost api = await house.Host();
        using var desk = new Desk(api);
        await desk.SignIn((await house.NewModerator()).Handle);
        (await desk.Open(Desk.Moderation)).Status.ShouldBe(200);
        string database = new Npgsql.NpgsqlConnectionStringBuilder(api.Databases["safety"].ConnectionString).Database!;
        await using var admin = new Npgsql.NpgsqlConnection(Testing.TestPostgres.AdminConnectionString);
        await admin.OpenAsync(TestContext.Current.CancellationToken);
        await Limit(0);
        try
        {
            Answer away = await desk.Open(Desk.Moderation);
            away.Status.ShouldBe(503, away.Text);
            away.Text.ShouldContain("The records are away for a moment");
            away.Text.ShouldContain("Sign out");
        }
        finally
        {
            await Limit(-1);
        }

        await Testing.Eventually.Is(async () => (await desk.Open(Desk.Moderation)).Status == 200, "safety is back");

        async Task Limit(int connections)
        {
            await using var command = new Npgsql.NpgsqlCommand(
                $"alter database {database} connection limit {connections}; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'", admin);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Who_may_not_moderate_is_told_so_and_shown_nothing()
    {
        ApiHost api = await house.Host();
        using var desk = new Desk(api);
        Person plain = await house.NewPerson();
        await desk.SignIn(plain.Handle);
        long before = await api.Views();
        foreach (string page in new[] { "", "/appeals", "/audit", "/figures", $"/cases/{plain.Case()}", $"/cases/{plain.Case()}/decision?kind=ban" })
        {
            Answer refused = await desk.Open(Desk.Moderation + page);
            refused.Status.ShouldBe(403, page);
            refused.Text.ShouldContain("This account does not moderate");
            refused.Header("Content-Security-Policy")!.ShouldStartWith("default-src 'none'; style-src 'self'");
        }

        (await api.Views()).ShouldBe(before);
    }

    private static Task<long> Happened(ApiHost api, Person about, string type) => api.Databases["safety"].Scalar<long>(
        $"select count(*) from log.mt_events where stream_id = '{about.Case()}' and type like '{type}%'");

    private static Task<long> Looked(ApiHost api, string what, Person about) => api.Databases["safety"].Scalar<long>(
        $"select count(*) from log.mt_events where type like 'safety.record_viewed%' and data->>'what' = '{what}' and data->>'case_id' = '{about.Case()}'");
}
