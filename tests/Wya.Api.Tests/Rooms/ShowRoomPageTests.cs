using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Rooms.Pages;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Rooms;

public sealed class ShowRoomPageTests(SharedApi shared)
{
    private const string Room =
        """
        {"layout": {"type": "grid", "columns": 2, "rows": 2},
         "modules": [
           {"id": "b", "type": "guestbook", "prompt": "Say <hello>", "position": {"x": 0, "y": 1}},
           {"id": "a", "type": "poster", "headline": "Tom & Jerry's", "position": {"x": 0, "y": 0}, "link": {"label": "More", "address": "https://shop.example.org/x?a=1&b=2"},
            "picture": {"source": "https://media.example.org/a.jpg", "alt": "A \"door\""}},
           {"id": "c", "type": "media", "kind": "video", "source": "https://media.example.org/a.mp4", "description": "A film", "position": {"x": 1, "y": 0}},
           {"id": "d", "type": "hologram", "content": "from the future", "position": {"x": 1, "y": 1}},
           {"id": "e", "type": "text-block", "content": "One\n\nTwo", "links": [{"label": "Elsewhere", "address": "https://evil.example/"}], "position": {"x": 1, "y": 1}}
         ],
         "theme": {"background": "#000000", "accent": "#FF0000"}}
        """;

    [Fact]
    [Trait("seed", "4.S1")]
    public async Task A_published_room_is_shown_under_a_policy_that_lets_it_do_nothing()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(
            settings =>
            {
                settings["Wya:Rooms:LinkHosts"] = "*.example.org";
                settings["Wya:Rooms:MediaHosts"] = "media.example.org, *.cdn.example.org";
            },
            services => services.AddSingleton<IRoomPages>(new OneRoom()));
        Answer page = await api.Anonymous.Send("GET", "/r/noor");

        page.Status.ShouldBe(200);
        page.Message.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Header("X-Content-Type-Options").ShouldBe("nosniff");
        page.Header("Referrer-Policy").ShouldBe("no-referrer");
        page.Header("Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        page.Header("Cross-Origin-Resource-Policy").ShouldBe("same-origin");
        page.Header("X-Frame-Options").ShouldBe("DENY");
        string[] policy = page.Header("Content-Security-Policy")!.Split("; ");
        policy.Where(directive => !directive.StartsWith("style-src ", StringComparison.Ordinal)).ShouldBe(
        [
            "default-src 'none'", "img-src https://media.example.org https://*.cdn.example.org", "media-src https://media.example.org https://*.cdn.example.org",
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "sandbox allow-popups allow-popups-to-escape-sandbox",
        ]);
        policy.Single(directive => directive.StartsWith("style-src ", StringComparison.Ordinal)).ShouldMatch("^style-src( 'sha256-[A-Za-z0-9+/=]{44}')+$");

        page.Text.ShouldContain("<a href=\"https://shop.example.org/x?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\" dir=\"auto\">More</a>");
        page.Text.ShouldContain("<img src=\"https://media.example.org/a.jpg\" alt=\"A &quot;door&quot;\" loading=\"lazy\"");
        page.Text.ShouldContain("Tom &amp; Jerry&#x27;s");
        page.Text.ShouldContain("Say &lt;hello&gt;");
        page.Text.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        page.Text.ShouldContain("<video src=\"https://media.example.org/a.mp4\" controls=\"\" preload=\"none\" aria-label=\"A film\"></video>");
        page.Text.ShouldNotContain("autoplay");
        page.Text.ShouldNotContain("evil.example", customMessage: "a host that has been taken off the list");
        page.Text.ShouldNotContain("from the future", customMessage: "a kind that this version does not know");
        page.Text.IndexOf("id=\"m-a\"", StringComparison.Ordinal).ShouldBeLessThan(page.Text.IndexOf("id=\"m-b\"", StringComparison.Ordinal), "in the order in which one reads");
        (await api.Anonymous.Send("GET", "/r/noor")).Text.ShouldBe(page.Text);

        Answer empty = await api.Anonymous.Send("GET", "/r/nothing-yet");
        empty.Status.ShouldBe(200);
        empty.Text.ShouldContain("Nothing here yet");
        (await api.Anonymous.Send("GET", "/r/nobody")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Whoever_has_no_room_to_look_into_is_answered_like_nobody_with_a_page()
    {
        ApiHost api = await shared.Host();
        Person somebody = await api.NewPerson(15);
        Answer nobody = await api.Anonymous.Send("GET", "/r/nobody-of-this-name"), minor = await api.Anonymous.Send("GET", $"/r/{somebody.Handle}");
        nobody.Status.ShouldBe(404);
        nobody.Message.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        nobody.Header("Content-Security-Policy")!.ShouldContain("img-src 'none'");
        minor.Status.ShouldBe(404);
        minor.Text.ShouldBe(nobody.Text);
        minor.Text.ShouldNotContain(somebody.Handle);
        minor.Header("Content-Security-Policy").ShouldBe(nobody.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task The_schema_of_a_room_is_published()
    {
        ApiHost api = await shared.Host();
        Answer schema = await api.Anonymous.Send("GET", "/schemas/room");
        schema.Status.ShouldBe(200);
        schema.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/schema+json");
        schema.Text.ShouldBe(await File.ReadAllTextAsync(Path.Combine(ReferenceTests.FindRoot(), "docs/reference/room.schema.json"), TestContext.Current.CancellationToken));
    }

    private sealed class OneRoom : IRoomPages
    {
        public Task<RoomToShow?> Find(string handle, CancellationToken ct) => Task.FromResult(handle switch
        {
            "noor" => new RoomToShow(
                "noor",
                Encoding.UTF8.GetBytes(Room),
                new Dictionary<string, IReadOnlyList<GuestbookLine>> { ["b"] = [new(null, "<script>alert(1)</script>", new DateOnly(2026, 1, 2))] },
                new Dictionary<string, IReadOnlyList<int>>()),
            "nothing-yet" => new RoomToShow(
                "nothing-yet", null, new Dictionary<string, IReadOnlyList<GuestbookLine>>(), new Dictionary<string, IReadOnlyList<int>>()),
            _ => null,
        });
    }
}
