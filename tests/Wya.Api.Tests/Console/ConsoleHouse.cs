using Wya.Api.Tests.Safety;
using Wya.Domain.Identity.Events;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Console;

/// <summary>An API whose queue is the console's tests' own, and one browser for all of them.</summary>
public sealed class ConsoleHouse : IAsyncDisposable
{
    private ApiHost? host;
    private readonly List<ConsoleWindow> windows = [];

    public async Task<ApiHost> Host()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        return host ??= await ApiHost.Start();
    }

    internal async Task<ConsoleWindow> Open(int width = 1280, bool isDark = false, string path = Desk.Moderation)
    {
        Assert.SkipWhen(Chromium.MaySkip, $"There is no browser; {Chromium.Variable} names one.");
        Microsoft.Playwright.Assertions.SetDefaultExpectTimeout(Chromium.LimitMilliseconds);
        ApiHost api = await Host();
        windows.Add(await ConsoleWindow.Open((await Chromium.OfThisProcess).Browser, api.Anonymous.BaseAddress!, width, isDark, path));
        return windows[^1];
    }

    /// <summary>With a password, as the console needs one, and with a client for what is set up beforehand.</summary>
    public Task<Person> NewModerator(string? handle = null) => NewHolder(handle, Capability.Moderate);

    /// <summary>Likewise, for whatever part of the console.</summary>
    public async Task<Person> NewHolder(string? handle, params string[] capabilities)
    {
        Person person = await NewPerson(handle);
        foreach (string capability in capabilities)
        {
            (await (await (await Host()).Operator()).Send("PUT", $"/users/{person.Id}/permissions/{capability}")).Expect(204);
        }

        return person;
    }

    /// <summary>With a password too.</summary>
    public async Task<Person> NewPerson(string? handle = null)
    {
        ApiHost api = await Host();
        Answer registered = (await api.Anonymous.RegisterWithPassword(handle ?? Requests.NewHandle())).Expect(201);
        string spelled = registered.String("handle")!;
        return new Person(registered.Id, spelled, api.With(await api.Token(spelled)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ConsoleWindow window in windows)
        {
            await window.Page.Context.DisposeAsync();
        }

        if (host is not null)
        {
            await host.DisposeAsync();
        }
    }
}
