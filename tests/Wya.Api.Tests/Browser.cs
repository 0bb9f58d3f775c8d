using Microsoft.Playwright;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>A real browser. Each window is somebody of their own: nothing is shared between two of them.</summary>
public sealed class Browser : IAsyncDisposable
{
    public const string Variable = "WYA_CHROMIUM";

    /// <summary>Ends only a wait that would never end.</summary>
    private const float LimitMilliseconds = 60_000;

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        this.playwright = playwright;
        this.browser = browser;
    }

    public static async Task<Browser> Start()
    {
        string? program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null && Environment.GetEnvironmentVariable("CI") is null or "", $"There is no browser; {Variable} names one.");
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Assertions.SetDefaultExpectTimeout(LimitMilliseconds);
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        return new Browser(playwright, browser);
    }

    /// <param name="withoutSockets">As behind a proxy that lets no WebSocket through.</param>
    public async Task<TalkWindow> Open(Uri api, bool isPhone = false, bool isDark = false, bool withoutSockets = false)
    {
        IBrowserContext context = await browser.NewContextAsync(new()
        {
            BaseURL = api.ToString(),
            ViewportSize = isPhone ? new() { Width = 390, Height = 800 } : new() { Width = 1100, Height = 760 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            HasTouch = isPhone,
        });
        context.SetDefaultTimeout(LimitMilliseconds);
        IPage page = await context.NewPageAsync();
        if (withoutSockets)
        {
            await page.RouteWebSocketAsync("**/live/socket*", socket => _ = socket.CloseAsync());
        }

        var window = new TalkWindow(page);
        await page.GotoAsync("/samples/talk");
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
