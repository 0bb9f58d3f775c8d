using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Shouldly;
using Wya.Api.Rooms.Content;
using Wya.Api.Rooms.Pages;
using Wya.Domain.Rooms.Content;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class RoomTemplateTests
{
    /// <summary>A folder for pictures of the rooms, for who wants to look at them.</summary>
    private const string PicturesVariable = "WYA_PICTURES";

    public static TheoryData<string> Names => [.. RoomTemplates.Names];

    [Fact]
    public void There_are_rooms_of_many_kinds()
    {
        RoomTemplates.Names.Count.ShouldBeGreaterThanOrEqualTo(8);
        RoomTemplates.WithCss.ShouldBeSubsetOf(RoomTemplates.Names);
        RoomTemplates.Names.Select(name => RoomTemplates.Furnish(name, "Noor", 1)["theme"]!["font"]!.GetValue<string>()).Distinct().Count().ShouldBe(RoomTheme.Fonts.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whoever_it_is_for_a_room_can_be_published_where_no_host_is_allowed(string name)
    {
        bool hasCss = RoomTemplates.WithCss.Contains(name);
        var limits = new ContentLimits(RoomLimits.ModulesMaxFor(hasCss), hasCss, CssSanitiser.Sanitise, [], []);
        HashSet<string> different = [];
        for (int seed = 0; seed < 60; seed++)
        {
            string json = RoomTemplates.Furnish(name, new string('n', 1 + (seed * 7 % 50)), seed).ToJsonString();
            RoomContent.TryCheck(Encoding.UTF8.GetBytes(json), limits, out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals);
            refusals.ShouldBeEmpty();
            content!.Modules.ShouldBeInRange(3, 10);
            different.Add(json);
        }

        different.Count.ShouldBeGreaterThan(50);
        RoomTemplates.Furnish(name, "Noor", 7).ToJsonString().ShouldBe(RoomTemplates.Furnish(name, "Noor", 7).ToJsonString());
    }

    [Fact]
    public async Task Every_room_fits_a_phone_and_a_desk_and_loads_nothing()
    {
        Assert.SkipWhen(Chromium.MaySkip, $"There is no browser; {Chromium.Variable} names one.");
        await using Chromium chromium = await Chromium.Start();
        foreach ((string size, int width, ColorScheme scheme) in new[] { ("phone-dark", 390, ColorScheme.Dark), ("desktop", 1180, ColorScheme.Light) })
        {
            IBrowserContext context = await chromium.Browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme });
            foreach (string name in RoomTemplates.Names)
            {
                IPage page = await context.NewPageAsync();
                List<string> requests = [];
                page.Request += (_, request) => requests.Add(request.Url);
                RenderedPage rendered = Page(name);
                await page.RouteAsync("**/*", route => route.FulfillAsync(new()
                {
                    ContentType = "text/html; charset=utf-8", Body = rendered.Html, Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = rendered.ContentSecurityPolicy },
                }));
                await page.GotoAsync("https://rooms.example/r/noor");
                requests.ShouldBe(["https://rooms.example/r/noor"], name);
                (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBe(0, $"{name} is wider than a {size}");
                (await page.Locator(".module").CountAsync()).ShouldBeGreaterThan(2);
                if (Environment.GetEnvironmentVariable(PicturesVariable) is { Length: > 0 } folder)
                {
                    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{size}.png"), FullPage = true });
                }

                await page.CloseAsync();
            }
        }
    }

    private static RenderedPage Page(string name)
    {
        JsonObject room = RoomTemplates.Furnish(name, "Noor", 4);
        var page = new RoomPage(HtmlText.Encoder, CssSanitiser.Sanitise, [], []);
        Dictionary<string, IReadOnlyList<GuestbookLine>> books = [];
        Dictionary<string, IReadOnlyList<int>> polls = [];
        foreach (JsonNode? module in room["modules"]!.AsArray())
        {
            string id = module!["id"]!.GetValue<string>();
            books[id] = [new("mara", "The lamp is new! I like it.", new DateOnly(2026, 3, 14)), new("tom.k", "Was here, you were not. Left biscuits.", new DateOnly(2026, 3, 11))];
            polls[id] = [8, 5, 3, 1];
        }

        return page.Show(new RoomToShow("noor", Encoding.UTF8.GetBytes(room.ToJsonString()), books, polls));
    }
}
