using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Wya.Api.Tests;

/// <summary>The sample client in a window, by what a person sees and does there.</summary>
public sealed class TalkWindow
{
    /// <summary>A folder for pictures of the page, for who wants to look at it.</summary>
    private const string PicturesVariable = "WYA_PICTURES";

    public TalkWindow(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                Violations.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Errors.Add(error);
    }

    public IPage Page { get; }

    /// <summary>What the browser refused to do for the page.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>What the page's script did not expect.</summary>
    public List<string> Errors { get; } = [];

    public ILocator Messages => Page.Locator("#messages .message");

    public ILocator Rows => Page.Locator("#conversations .row");

    public ILocator Requests => Page.Locator("#requests .row");

    public ILocator Words => Page.Locator("#messages .words");

    public async Task Register(string handle)
    {
        await Page.GetByLabel("A handle, for ever").FillAsync(handle);
        await Page.GetByLabel("Your birth date").FillAsync("1994-05-17");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await IsLive();
    }

    public async Task ComeIn(string handle)
    {
        await Page.GetByLabel("Your handle").FillAsync(handle);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Come in" }).ClickAsync();
        await IsLive();
    }

    public Task IsLive() => Expect(Page.Locator("#connection")).ToHaveTextAsync("Live");

    public Task IsCutOff() => Expect(Page.Locator("#connection")).Not.ToHaveTextAsync("Live");

    public async Task StartWith(string handles)
    {
        await Page.Locator("#find-handle").FillAsync(handles);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Talk" }).ClickAsync();
        await Expect(Page.Locator("#text")).ToBeVisibleAsync();
    }

    public async Task Say(string text)
    {
        await Page.Locator("#text").FillAsync(text);
        await Page.Locator("#text").PressAsync("Enter");
    }

    public ILocator Message(string text) => Messages.Filter(new() { Has = Page.Locator(".words").GetByText(text, new() { Exact = true }) });

    public Task Hears(string text) => Expect(Message(text)).ToHaveCountAsync(1);

    /// <summary>Opens what can be done with a message, and does it.</summary>
    public async Task Do(string text, params string[] choices)
    {
        ILocator message = Message(text);
        await message.HoverAsync();
        await message.Locator("summary").ClickAsync();
        foreach (string choice in choices)
        {
            await message.GetByRole(AriaRole.Button, new() { Name = choice, Exact = true }).ClickAsync();
        }
    }

    public Task IsState(string text, string state) => Expect(Message(text).Locator(".state")).ToHaveTextAsync(new Regex(Regex.Escape(state)));

    public async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable(PicturesVariable) is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }
}
