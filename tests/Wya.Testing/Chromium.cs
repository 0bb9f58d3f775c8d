using Microsoft.Playwright;

namespace Wya.Testing;

/// <summary>A real browser, of which nothing leaves this machine that a page does not ask for.</summary>
public sealed class Chromium : IAsyncDisposable
{
    public const string Variable = "WYA_CHROMIUM";

    /// <summary>Ends only a wait that would never end.</summary>
    public const float LimitMilliseconds = 60_000;

    private static readonly string[] Places = ["/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly Lazy<Task<Chromium>> Shared = new(() => Start());

    private readonly IPlaywright playwright;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        this.playwright = playwright;
        Browser = browser;
    }

    /// <summary>Its program; null when there is none.</summary>
    public static string? Program =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Places.FirstOrDefault(File.Exists);

    /// <summary>A laptop without one skips what needs it; where CI is set, it fails.</summary>
    public static bool MaySkip => Program is null && Environment.GetEnvironmentVariable("CI") is null or "";

    /// <summary>One for all tests of this process; each opens a context of its own, which shares nothing. It ends with the process.</summary>
    public static Task<Chromium> OfThisProcess => Shared.Value;

    public IBrowser Browser { get; }

    /// <param name="arguments">Beyond those that a browser in a test always has.</param>
    public static async Task<Chromium> Start(params IEnumerable<string> arguments)
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program ?? throw new InvalidOperationException($"There is no browser; {Variable} names one."),
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", .. arguments,
            ],
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
    }
}
