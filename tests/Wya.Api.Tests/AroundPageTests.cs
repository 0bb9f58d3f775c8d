using Microsoft.Playwright;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Wya.Api.Tests;

/// <summary>Somebody looks around in the sample client, in a real browser.</summary>
public sealed class AroundPageTests(DiscoveryHouse house) : IClassFixture<DiscoveryHouse>
{
    [Fact]
    public async Task A_person_sees_who_is_around_and_why_and_chooses_who_finds_them()
    {
        ApiHost api = await house.Host();
        await using Browser browser = await Browser.Start();
        Person mara = await api.NewPerson(), noor = await api.NewPerson(), kim = await api.NewPerson();
        await api.Befriend(mara, noor);
        await mara.Choose("precise");
        await noor.Choose("precise");
        await api.Trust(mara, 0.9);
        const string cell = "ezs42e4";
        foreach (Person one in (Person[])[mara, kim])
        {
            await one.Beat(new { activity = "chatting", position = new { cell, source = "gps" } });
        }

        TalkWindow window = await browser.Open(api.Anonymous.BaseAddress!);
        await window.ComeIn(noor.Handle);
        await window.Page.Locator("#around").ClickAsync();
        await window.Page.Locator("#cell").FillAsync(cell);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "I am here" }).ClickAsync();
        ILocator people = window.Page.Locator("#people .person");
        for (int shown = 0; shown < 2; shown = await people.CountAsync())
        {
            await window.Page.Locator("#again").ClickAsync(); // the house hears of a place a moment later
        }

        ILocator friend = people.Filter(new() { HasText = mara.Handle });
        await Expect(friend.Locator(".explanation")).ToHaveTextAsync("Very close to you • High trust score • Your friend");
        await friend.Locator("summary").ClickAsync();
        await Expect(friend.Locator(".factors td")).ToHaveTextAsync(
            ["Very close to you", "0.8000", "High trust score", "0.2000", "Your friend", "0.1000", "Together", "1.1000"]);
        await Expect(people.Filter(new() { HasText = kim.Handle }).Locator(".explanation")).ToHaveTextAsync("In your area • Medium trust score");
        await Expect(window.Page.Locator("#source")).ToContainTextAsync("As of");
        await Expect(window.Page.Locator("#kinds .can")).ToHaveCountAsync(3);
        await window.Page.EvaluateAsync("scrollTo(0, 0)");
        await window.Picture("around-desktop-light");

        await window.Page.Locator("#friends-only").CheckAsync();
        await Expect(people).ToHaveCountAsync(1);
        await window.Page.Locator("#findable").SelectOptionAsync("friends");
        await Expect(window.Page.Locator("#kinds .can")).ToHaveCountAsync(1);
        (await noor.Client.Send("GET", "/me/discovery/preferences")).String("findable_by").ShouldBe("friends");
        await window.Page.SetViewportSizeAsync(390, 800);
        await window.Picture("around-phone-light");
        window.Errors.ShouldBeEmpty();
        window.Violations.ShouldBeEmpty();
    }
}
