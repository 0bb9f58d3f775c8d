using Microsoft.Playwright;
using Shouldly;
using Wya.Testing;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Wya.Api.Tests.Safety;

/// <summary>Kind words in the sample client, in a real browser.</summary>
public sealed class OverlayPageTests(SharedApi shared)
{
    [Fact]
    public async Task A_kind_word_lies_over_the_page_of_the_person_alone_until_they_have_read_it()
    {
        ApiHost api = await shared.Host();
        await using Browser browser = await Browser.Start();
        Person[] people = await api.NewPeople(2);
        Guid talk = await people[0].StartGroup(people[1]);
        TalkWindow own = await browser.Open(api.Anonymous.BaseAddress!), other = await browser.Open(api.Anonymous.BaseAddress!);
        await own.ComeIn(people[0].Handle);
        await other.ComeIn(people[1].Handle);
        ILocator word = own.Page.Locator("#overlay");
        await Expect(word).ToBeHiddenAsync();
        for (int i = 0; i < 6; i++)
        {
            await people[0].Says(talk, "i will find you");
        }

        await Expect(word).ToContainTextAsync("How it may sound");
        await own.Page.ReloadAsync();
        await Expect(word).ToContainTextAsync("Nothing is restricted");
        await own.Page.GetByRole(AriaRole.Button, new() { Name = "I have read it" }).ClickAsync();
        await Expect(word).ToBeHiddenAsync();
        await Eventually.Is(async () => (await people[0].Client.Send("GET", "/me/overlays")).Json.GetProperty("items").GetArrayLength() == 0, "it is dismissed");
        await Expect(other.Page.Locator("#overlay")).ToBeHiddenAsync();
        own.Errors.ShouldBeEmpty();
        own.Violations.ShouldBeEmpty();
    }
}
