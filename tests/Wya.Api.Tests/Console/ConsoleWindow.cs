using System.Text.Json;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace Wya.Api.Tests.Console;

/// <summary>The console in a window of a real browser, used by its keys alone.</summary>
internal sealed class ConsoleWindow
{
    /// <summary>A folder for pictures of the pages, for who wants to look at them.</summary>
    private const string PicturesVariable = "WYA_PICTURES";

    /// <summary>More than any page has places to go to.</summary>
    private const int TabsMax = 250;

    private const string FaultsOfPage =
        """
        () => {
          const faults = [];
          const name = e => (e.getAttribute('aria-label') || [...(e.labels ?? [])].map(l => l.textContent).join(' ') || e.textContent || '').trim();
          for (const e of document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea'))
            if (!name(e)) faults.push('without a name: ' + e.outerHTML.slice(0, 120));
          for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
            if (!e.labels.length) faults.push('without a label: ' + e.outerHTML.slice(0, 120));
          let level = 0;
          for (const h of document.querySelectorAll('h1,h2,h3,h4')) {
            const own = +h.tagName[1];
            if (own > level + 1) faults.push('a heading skips a level: ' + h.textContent);
            level = own;
          }
          if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
          if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
          if (!document.documentElement.lang) faults.push('no language');
          if (!document.title) faults.push('no title');
          for (const t of document.querySelectorAll('table')) {
            if (!t.caption) faults.push('a table without a caption');
            for (const h of t.querySelectorAll('thead th')) if (!h.scope) faults.push('a head without a scope: ' + h.textContent);
          }
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const id of new Set(ids)) if (ids.filter(i => i === id).length > 1) faults.push('an id twice: ' + id);
          for (const e of document.querySelectorAll('[aria-describedby], [aria-labelledby]'))
            for (const id of ((e.getAttribute('aria-describedby') ?? '') + ' ' + (e.getAttribute('aria-labelledby') ?? '')).trim().split(/\s+/))
              if (!document.getElementById(id)) faults.push('described by nothing: ' + id);
          if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push('wider than the window: ' + [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth).map(e => e.outerHTML.slice(0, 80)).at(-1));
          if (document.querySelectorAll('script:not([src]), [style], [onclick]').length) faults.push('a script or a style in the page');
          return faults;
        }
        """;

    private ConsoleWindow(IPage page, Uri address)
    {
        Page = page;
        page.Console += (_, message) => Complaints.Add(message.Text);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal))
            {
                Complaints.Add("asked elsewhere: " + request.Url);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Whatever the browser had to say, and every request that did not go to the API's own address.</summary>
    public List<string> Complaints { get; } = [];

    /// <param name="path">Where it opens; at the door of moderation unless told.</param>
    public static async Task<ConsoleWindow> Open(IBrowser browser, Uri address, int width = 1280, bool isDark = false, string path = Desk.Moderation)
    {
        IBrowserContext context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = width, Height = width > 600 ? 900 : 740 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(Testing.Chromium.LimitMilliseconds);
        var window = new ConsoleWindow(await context.NewPageAsync(), address);
        await window.Page.GotoAsync(path);
        return window;
    }

    public async Task SignIn(string handle)
    {
        await Type("Handle", handle);
        await Type("Password", SignIns.Password);
        await Press("Sign in");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    /// <summary>Goes there from where one is, key by key, and types over what stands there.</summary>
    public async Task Type(string field, string text)
    {
        await TabTo(field);
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.InsertTextAsync(text);
    }

    /// <summary>Goes to a list and picks from it by typing what it is called.</summary>
    public async Task Pick(string field, string choice)
    {
        await TabTo(field);
        await Page.Keyboard.TypeAsync(choice);
    }

    /// <summary>Goes to a button or a link, presses it, and is on the next page.</summary>
    public async Task Press(string name)
    {
        await TabTo(name);
        await Page.EvaluateAsync("() => { window.isLeft = true; }");
        await Page.Keyboard.PressAsync("Enter");
        await Page.WaitForFunctionAsync("() => !window.isLeft && document.readyState === 'complete'");
    }

    /// <summary>Goes to what is folded up, and unfolds it.</summary>
    public async Task Unfold(string name)
    {
        await TabTo(name);
        await Page.Keyboard.PressAsync("Enter");
    }

    public async Task Mark(string name)
    {
        await TabTo(name);
        await Page.Keyboard.PressAsync("Space");
    }

    /// <summary>Of several of which one can be chosen, the one after the first.</summary>
    public async Task MarkAfter(string first)
    {
        await TabTo(first);
        await Page.Keyboard.PressAsync("ArrowDown");
    }

    public Task Reads(string text) => Expect(Page.Locator("main")).ToContainTextAsync(text);

    public Task DoesNotRead(string text) => Expect(Page.Locator("main")).Not.ToContainTextAsync(text);

    public Task IsTitled(string title) => Expect(Page.Locator("h1")).ToHaveTextAsync(title);

    /// <summary>
    /// What a person needs who sees the page badly, or not at all: each control has a name, headings follow each other, one
    /// main part, a language and a title, tables with heads, no id twice, nothing that sticks out to the side.
    /// </summary>
    public async Task IsForEverybody()
    {
        string[] faults = await Page.EvaluateAsync<string[]>(FaultsOfPage);
        faults.ShouldBeEmpty(Page.Url);
    }

    /// <param name="isWhole">Down to the page's end, not only what is seen at once.</param>
    public async Task Picture(string name, bool isWhole = true)
    {
        if (Environment.GetEnvironmentVariable(PicturesVariable) is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = isWhole });
        }
    }

    /// <summary>Tab by Tab until what has the focus is called so; and each place on the way shows that it has it.</summary>
    private async Task TabTo(string name)
    {
        for (int i = 0; i < TabsMax; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            JsonElement? at = await Page.EvaluateAsync(
                """
                () => {
                  const e = document.activeElement;
                  if (!e || e === document.body) return { name: '', seen: true };
                  const style = getComputedStyle(e);
                  const name = e.getAttribute('aria-label') || [...(e.labels ?? [])].map(l => l.textContent).join(' ') || e.textContent;
                  return { name: name.replace(/\s+/g, ' ').trim(), seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
                }
                """);
            at!.Value.GetProperty("seen").GetBoolean().ShouldBeTrue($"The focus is not seen on {at}.");
            if (at.Value.GetProperty("name").GetString() == name)
            {
                return;
            }
        }

        throw new ShouldAssertException($"Nothing called {name} can be reached by the keyboard on {Page.Url}.");
    }
}
