using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wya.Domain.Rooms.Content;

namespace Wya.Api.Rooms.Pages;

/// <summary>A whole page, and the policy under which a browser shows it.</summary>
internal sealed record RenderedPage(string Html, string ContentSecurityPolicy);

/// <summary>
/// The page of a room: a function of what is published and what guests have left, and of nothing else. It trusts neither:
/// addresses and CSS are judged again as when they were published, so that a rule that is made stricter holds for what is
/// published already.
/// </summary>
/// <param name="encoder">Makes a text of a text, whatever it holds.</param>
internal sealed class RoomPage(HtmlEncoder encoder, Func<string, CssResult> sanitiseCss, IReadOnlyList<string> linkHosts, IReadOnlyList<string> mediaHosts)
{
    private static readonly string RoomCss = Resource("room.css");

    public RenderedPage Show(RoomToShow room)
    {
        if (room.Content is not { } bytes)
        {
            return Message($"@{room.Handle}", "Nothing here yet", "The walls are up, and the rest will come. Look in again some time.");
        }

        using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = RoomLimits.DepthMax });
        var content = new Given(document.RootElement);
        RoomLook look = RoomLook.Of(content);
        var html = new HtmlText(encoder);
        var modules = new RoomModules(html, look, room, linkHosts, mediaHosts);
        string font = Chosen(content.Member("theme").Text("font"), RoomTheme.Fonts), corners = Chosen(content.Member("theme").Text("corners"), RoomTheme.Corners);

        // The look is complete only when all modules are written; the head is written around them at the end.
        html.Open("main", ("class", "frame")).Open("div", ("class", $"room {font} {corners}"));
        Given[] inOrder = [.. content.Items("modules").Take(RoomLimits.PowerUserModulesMax).OrderBy(Row).ThenBy(Column)];
        foreach (Given module in inOrder)
        {
            modules.Show(module);
        }

        html.Close("div").Close("main");
        string ownCss = inOrder.Where(module => module.Text("type") == ModuleKind.Css).Select(module => module.Text("css")).FirstOrDefault() is { } css
            ? sanitiseCss(css).Css
            : "";
        return Whole($"@{room.Handle}", $"The room of {room.Handle}", html, [RoomCss, look.ToString(), ownCss]);
    }

    /// <summary>For nobody, and for whoever is not shown to whoever asks.</summary>
    public RenderedPage NotFound() => Message("WYA!?", "There is no such room", "Nobody of this name has a room that you can look into.");

    private RenderedPage Message(string name, string headline, string text)
    {
        HtmlText html = new HtmlText(encoder)
            .Open("main", ("class", "frame"))
            .Open("div", ("class", "message"))
            .Open("div", ("class", "door"), ("aria-hidden", "true")).Close("div")
            .Element("h1", headline).Element("p", text)
            .Close("div").Close("main");
        return Whole(name, headline, html, [RoomCss, RoomLook.OfHouse().ToString()]);
    }

    private RenderedPage Whole(string name, string title, HtmlText body, IReadOnlyList<string> styles)
    {
        string[] sheets = [.. styles.Where(style => style.Length > 0)];
        HtmlText html = new HtmlText(encoder)
            .Open("html", ("lang", "en"))
            .Open("head")
            .Open("meta", ("charset", "utf-8"))
            .Open("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
            .Open("meta", ("name", "referrer"), ("content", "no-referrer"))
            .Open("meta", ("name", "robots"), ("content", "noindex, nofollow"))
            .Element("title", title);
        foreach (string sheet in sheets)
        {
            html.Style(sheet);
        }

        html.Close("head").Open("body")
            .Open("header", ("class", "house")).Element("b", "WYA!?").Element("span", name).Close("header")
            .Append(body)
            .Open("footer", ("class", "house")).Element("span", "A room, as its owner left it. Links lead away from here.").Close("footer")
            .Close("body").Close("html");
        return new RenderedPage($"<!doctype html>\n{html}\n", Policy(sheets));
    }

    /// <summary>
    /// Everything is forbidden but these sheets, by their digests, and pictures, sound and film of the hosts that are set. The
    /// page has an origin of its own, no scripts and no forms; its links may open a window, and that window is free of this.
    /// </summary>
    private string Policy(IEnumerable<string> sheets)
    {
        string media = mediaHosts.Count == 0 ? "'none'" : string.Join(' ', mediaHosts.Select(host => "https://" + host));
        string styles = string.Join(' ', sheets.Select(sheet => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(sheet)))}'"));
        return $"default-src 'none'; img-src {media}; media-src {media}; style-src {styles}; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";
    }

    private static int Row(Given module) => module.Member("position").Whole("y") ?? int.MaxValue;

    private static int Column(Given module) => module.Member("position").Whole("x") ?? int.MaxValue;

    private static string Chosen(string? value, IReadOnlyList<string> known) => value is not null && known.Contains(value, StringComparer.Ordinal) ? value : known[0];

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(RoomPage).Assembly.GetManifestResourceStream($"pages/{name}")!);
        return reader.ReadToEnd();
    }
}
