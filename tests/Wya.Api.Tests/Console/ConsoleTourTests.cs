using Microsoft.Playwright;
using Shouldly;
using Wya.Api.Tests.Safety;
using Wya.Domain.Safety.Events;
using Xunit;

namespace Wya.Api.Tests.Console;

/// <summary>Through every page, with much to show, on a desk and on a telephone; it also makes the pictures of the documentation.</summary>
public sealed class ConsoleTourTests(ConsoleHouse house) : IClassFixture<ConsoleHouse>
{
    [Fact]
    public async Task Every_page_is_for_everybody_at_either_width()
    {
        ApiHost api = await house.Host();
        Person moderator = await house.NewModerator("maya"), other = await house.NewModerator();
        Person jonas = await Named(api, "jonas"), emre = await Named(api, "emre"), lena = await Named(api, "lena"), mika = await Named(api, "mika");
        await Furnish(api, moderator, other, jonas, emre, lena, mika);
        foreach ((int width, bool isDark) in new[] { (1280, false), (360, true) })
        {
            ConsoleWindow window = await house.Open(width, isDark);
            await Sees(window, "sign-in", width);
            await window.Page.GetByLabel("Handle").FillAsync(moderator.Handle);
            await window.Page.GetByLabel("Password").FillAsync(SignIns.Password);
            await Clicks(window, "Sign in");
            await window.IsTitled("Queue");
            await Sees(window, "queue", width);
            await window.Page.GotoAsync($"{Desk.Moderation}/cases/{jonas.Case()}");
            await Sees(window, "case", width);
            await Clicks(window, "Show what reporter 1 reported");
            await Sees(window, "evidence", width);
            await window.Page.GotoAsync($"{Desk.Moderation}/cases/{jonas.Case()}/decision?kind=suspend&category=threats");
            await Sees(window, "decision", width);
            await window.Page.GetByLabel("On which facts").FillAsync(
                "On 25 November you wrote to two people that you know where they live and will come by. We read it as it stood when it was reported.");
            await window.Page.GetByLabel("For how long").SelectOptionAsync("14");
            await window.Page.GetByLabel("No, people did").CheckAsync();
            await Clicks(window, "Look at it as the person will");
            await Sees(window, "preview", width);
            await window.Page.GotoAsync($"{Desk.Moderation}/cases/{emre.Case()}?why=appeal");
            await Sees(window, "appeal", width);
            await window.Page.GotoAsync($"{Desk.Moderation}/cases/{lena.Case()}");
            await Sees(window, "ban", width);
            await window.Page.GotoAsync($"{Desk.Moderation}/appeals");
            await Sees(window, "appeals", width);
            await window.Page.GotoAsync($"{Desk.Moderation}/audit");
            await Clicks(window, "Verify the newest 1,000 entries");
            await window.Reads("Nothing was changed.");
            await Sees(window, "audit", width);
            await window.Page.GotoAsync($"{Desk.Moderation}/figures");
            await Sees(window, "figures", width);
            window.Complaints.ShouldBeEmpty();
        }
    }

    private static async Task Sees(ConsoleWindow window, string page, int width)
    {
        await window.IsForEverybody();
        await window.Picture($"console-{page}-{width}");
    }

    private static async Task Clicks(ConsoleWindow window, string button)
    {
        await window.Page.EvaluateAsync("() => { window.isLeft = true; }");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await window.Page.WaitForFunctionAsync("() => !window.isLeft && document.readyState === 'complete'");
    }

    private static async Task<Person> Named(ApiHost api, string handle)
    {
        Guid id = (await api.Anonymous.Register(handle)).Id;
        return new Person(id, handle, api.With(await api.Token(handle)));
    }

    private static async Task Furnish(ApiHost api, Person moderator, Person other, Person jonas, Person emre, Person lena, Person mika)
    {
        await api.Happens(jonas, "system", new SignalRecorded(new(jonas.Id), SignalKind.ManyBlocks, "graph", DateTimeOffset.UtcNow, 0.5, api.Seal(jonas, "6 people within 30 days")));
        await api.Reports(lena, jonas, Category.Threats, CasePriority.Immediate, "He says he will come by tonight.", "I know where you live. I will come by tonight.");
        await api.Reports(emre, jonas, Category.Harassment, CasePriority.High, "It does not stop.", "Answer me. Answer me. Answer me.");
        await api.Happens(jonas, "system", new RiskAssessed(new(jonas.Id), RiskLevel.Guide, RiskLevel.Intervene, 0.52, new RiskParts(0.7, 0.3, 0.6, 0.2)));
        (await moderator.Claims(jonas)).Expect(200);
        (await moderator.Does(jonas, "notes", new { text = "The same two people as last week; look at the earlier conversation." })).Expect(204);

        Guid mute = await other.ActsOn(emre, await Noticed(api, emre, "mute"));
        (await emre.Client.Send("POST", $"/me/record/actions/{mute}/appeal", new { words = "My brother had my telephone. I have told the others and am sorry." }, Requests.NewKey()))
            .Status.ShouldBeLessThan(300);
        (await other.Client.Send("DELETE", $"/moderation/cases/{emre.Case()}/claim")).Expect(204);
        (await moderator.Claims(emre)).Expect(200);

        await api.Reports(jonas, lena, Category.Hate, CasePriority.High);
        await other.ActsOn(lena, CaseScenes.Action("ban", facts: "On 24 and 25 November you wrote hateful words to eleven people, after a warning and a suspension for the same."));
        (await moderator.Claims(lena)).Expect(200);

        await api.Reports(moderator, mika, Category.Scam, CasePriority.Medium);
    }

    private static async Task<Dictionary<string, object?>> Noticed(ApiHost api, Person about, string kind)
    {
        await api.Happens(about, "system", new SignalRecorded(new(about.Id), SignalKind.MessageFlood, "messaging", DateTimeOffset.UtcNow, 0.4));
        return CaseScenes.Action(kind, DateTimeOffset.UtcNow.AddDays(7), "On 24 November you wrote the same message to forty people within a minute.");
    }
}
