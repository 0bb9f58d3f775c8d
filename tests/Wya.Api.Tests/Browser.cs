using Microsoft.Playwright;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>A real browser. Each window is somebody of their own: nothing is shared between two of them.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly Chromium chromium;
    private readonly List<IBrowserContext> contexts = [];

    private Browser(Chromium chromium) => this.chromium = chromium;

    public static async Task<Browser> Start()
    {
        Assert.SkipWhen(Chromium.MaySkip, $"There is no browser; {Chromium.Variable} names one.");
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Assertions.SetDefaultExpectTimeout(Chromium.LimitMilliseconds);
        return new Browser(await Chromium.OfThisProcess);
    }

    /// <param name="withoutSockets">As behind a proxy that lets no WebSocket through.</param>
    public async Task<TalkWindow> Open(Uri api, bool isPhone = false, bool isDark = false, bool withoutSockets = false)
    {
        IBrowserContext context = await chromium.Browser.NewContextAsync(new()
        {
            BaseURL = api.ToString(),
            ViewportSize = isPhone ? new() { Width = 390, Height = 800 } : new() { Width = 1100, Height = 760 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            HasTouch = isPhone,
        });
        contexts.Add(context);
        context.SetDefaultTimeout(Chromium.LimitMilliseconds);
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
        foreach (IBrowserContext context in contexts)
        {
            await context.DisposeAsync();
        }
    }
}
