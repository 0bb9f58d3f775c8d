using Wya.Domain.Identity.Events;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Console;

/// <summary>An API whose queue is the console's tests' own, and one browser for all of them.</summary>
public sealed class ConsoleHouse : IAsyncDisposable
{
    private ApiHost? host;
    private Chromium? chromium;

    public async Task<ApiHost> Host()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        return host ??= await ApiHost.Start();
    }

    internal async Task<ConsoleWindow> Open(int width = 1280, bool isDark = false)
    {
        Assert.SkipWhen(Chromium.MaySkip, $"There is no browser; {Chromium.Variable} names one.");
        Microsoft.Playwright.Assertions.SetDefaultExpectTimeout(Chromium.LimitMilliseconds);
        ApiHost api = await Host();
        chromium ??= await Chromium.Start();
        return await ConsoleWindow.Open(chromium.Browser, api.Anonymous.BaseAddress!, width, isDark);
    }

    /// <summary>With a password, as the console needs one, and with a client for what is set up beforehand.</summary>
    public async Task<Person> NewModerator(params string[] capabilities)
    {
        ApiHost api = await Host();
        Answer registered = await api.Anonymous.RegisterWithPassword(Requests.NewHandle());
        foreach (string capability in capabilities.DefaultIfEmpty(Capability.Moderate).Where(name => name.Length > 0))
        {
            await (await api.Operator()).Send("PUT", $"/users/{registered.Id}/permissions/{capability}");
        }

        string handle = registered.String("handle")!;
        return new Person(registered.Id, handle, api.With(await api.Token(handle)));
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null)
        {
            await chromium.DisposeAsync();
        }

        if (host is not null)
        {
            await host.DisposeAsync();
        }
    }
}
