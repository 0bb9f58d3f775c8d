using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using Wya.Api.Operation;
using Wya.Testing;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Wya.Api.Tests.Console;

/// <summary>The pages of operators and analysts, in a real browser; the first test also makes the pictures of the documentation.</summary>
public sealed class OperationTourTests(ConsoleHouse house) : IClassFixture<ConsoleHouse>
{
    private const string Operation = Desk.Root + "/operation";
    private const string Analysis = Desk.Root + "/analysis";

    [Fact]
    public async Task Every_page_is_for_everybody_at_either_width_light_and_dark()
    {
        ApiHost api = await house.Host();
        Person someone = await house.NewHolder(null, "operate", "analyse");
        Person mara = await api.NewPerson();
        (await mara.Client.Send("PUT", "/me/contact-address", new { contact_address = "mara@example.org" }, Requests.NewKey())).Status.ShouldBeLessThan(300);
        string request = await api.Database.Scalar<string>($"select correlation_id from log.mt_events where stream_id = '{mara.Id}' order by version limit 1");
        await Eventually.Is(
            async () => await api.Databases["rooms"].Scalar<long>($"select count(*) from log.mt_events where correlation_id = '{request}'") > 0, "the first room is there");
        await api.Databases["graph"].Execute("update log.wya_projections set status = 'paused' where name = 'GraphSafety'");
        (await (await api.Operator()).Send("PUT", $"/users/{mara.Id}/permissions/moderate")).Status.ShouldBe(204);
        SystemWatch watch = api.Services.GetRequiredService<SystemWatch>();
        for (int i = 0; i < 12; i++)
        {
            await watch.Keep(TestContext.Current.CancellationToken);
            for (int people = i * 5 % 7; people > 0; people--)
            {
                await api.NewPerson();
            }
        }

        long behind = await api.Database.Scalar<long>($"select min(seq_id) - 1 from log.mt_events where stream_id = '{mara.Id}'");
        foreach ((int width, bool isDark) in new[] { (1280, false), (1280, true), (360, false), (360, true) })
        {
            ConsoleWindow window = await house.Open(width, isDark, Desk.Root);
            await window.SignIn(someone.Handle);
            await window.IsTitled("Where to?");
            await window.IsForEverybody();
            await Sees(window, Operation, "Overview", "overview", width, isDark);
            if (!isDark) // what is looked for has no colour
            {
                await Sees(window, $"{Analysis}?domain=identity", "Events", "events", width, isDark);
                await Sees(window, $"{Analysis}/stream?id={mara.Id}&step=3", "A stream of identity", "stream", width, isDark);
                await Sees(window, $"{Analysis}/request?id={request}", "What a request came to", "request", width, isDark);
                await Sees(window, $"{Analysis}/row?table=identity/users&key={mara.Id}&after={behind.ToString(CultureInfo.InvariantCulture)}", "Why a row is as it is", "row", width, isDark);
                (await window.Page.ContentAsync()).ShouldNotContain(mara.Handle);
                foreach (string page in new[] { "projections", "projections/AccountHistory", "rebuilds", "parked", "parked/GraphSafety", "record" })
                {
                    await window.Page.GotoAsync($"{Operation}/{page}");
                    await window.IsForEverybody();
                }
            }

            window.Complaints.ShouldBeEmpty();
            await window.Page.Context.CloseAsync();
        }

        await api.Databases["graph"].Execute("update log.wya_projections set status = 'running'");
    }

    [Fact]
    public async Task A_page_that_keeps_looking_shows_what_is_new_and_takes_nobodys_place()
    {
        ApiHost api = await house.Host();
        Person someone = await house.NewHolder(null, "analyse");
        ConsoleWindow window = await house.Open(path: Desk.Root);
        await window.SignIn(someone.Handle);
        await window.Press("Analysis");
        await window.Press("Keep looking");
        ILocator newest = window.Page.Locator("#events tbody tr").First.Locator("td").First;
        string before = await newest.InnerTextAsync();
        await window.Page.Locator("#events tbody a").First.FocusAsync();
        await api.NewPerson();
        await window.Page.WaitForResponseAsync(response => response.Url.Contains("live=1", StringComparison.Ordinal));
        await window.Page.WaitForResponseAsync(response => response.Url.Contains("live=1", StringComparison.Ordinal));
        (await newest.InnerTextAsync()).ShouldBe(before);
        (await window.Page.EvaluateAsync<bool>("() => document.activeElement === document.querySelector('#events tbody a')")).ShouldBeTrue();

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Stop looking again" }).FocusAsync();
        await Expect(newest).Not.ToHaveTextAsync(before);
        (await window.Page.EvaluateAsync<string>("() => document.activeElement.textContent")).ShouldBe("Stop looking again");
        window.Complaints.ShouldBeEmpty();
        await window.Press("Stop looking again");
        (await window.Page.Locator("script").CountAsync()).ShouldBe(0);
    }

    private static async Task Sees(ConsoleWindow window, string address, string title, string name, int width, bool isDark)
    {
        await window.Page.GotoAsync(address);
        await window.IsTitled(title);
        await window.IsForEverybody();
        await window.Picture($"console-{name}-{width}{(isDark ? "-dark" : "")}", isWhole: width > 600);
    }
}
