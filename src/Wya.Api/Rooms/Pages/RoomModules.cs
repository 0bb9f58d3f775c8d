using System.Globalization;
using Wya.Domain.Rooms.Content;

namespace Wya.Api.Rooms.Pages;

/// <summary>Each kind of module, as visitors see it. What cannot be shown is left out, and the rest stands.</summary>
internal sealed class RoomModules(HtmlText html, RoomLook look, RoomToShow room, IReadOnlyList<string> linkHosts, IReadOnlyList<string> mediaHosts)
{
    public void Show(Given module)
    {
        string? kind = module.Text("type");
        if (kind is null or ModuleKind.Css || !ModuleKind.All.Contains(kind, StringComparer.Ordinal))
        {
            return;
        }

        string id = module.Text("id") ?? "";
        html.Open("section", ("class", $"module {kind} {look.Place(module)}"), ("id", $"m-{id}"));
        if (module.Text("title") is { } title)
        {
            html.Element("h2", title, ("dir", "auto"));
        }

        switch (kind)
        {
            case ModuleKind.Poster: Poster(module); break;
            case ModuleKind.TextBlock: TextBlock(module); break;
            case ModuleKind.PhotoWall: PhotoWall(module); break;
            case ModuleKind.MoodBoard: MoodBoard(module); break;
            case ModuleKind.Guestbook: Guestbook(module, room.Guestbooks.GetValueOrDefault(id, [])); break;
            case ModuleKind.Poll: Poll(module, room.Polls.GetValueOrDefault(id, [])); break;
            case ModuleKind.Media: Media(module); break;
        }

        html.Close("section");
    }

    private void Poster(Given module)
    {
        if (module.Member("picture") is { IsObject: true } picture)
        {
            Picture(picture);
        }

        html.Open("div", ("class", "words")).Element("p", module.Text("headline") ?? "", ("class", "headline"), ("dir", "auto"));
        Paragraphs(module.Text("caption"));
        if (module.Member("link") is { IsObject: true } link)
        {
            Link(link);
        }

        html.Close("div");
    }

    private void TextBlock(Given module)
    {
        string style = module.Text("style") is "note" or "quote" ? module.Text("style")! : "plain";
        string element = style == "quote" ? "blockquote" : "div";
        html.Open(element, ("class", $"text {style}"));
        Paragraphs(module.Text("content"));
        html.Close(element);
        Given[] links = [.. module.Items("links").Take(RoomLimits.LinksMax)];
        if (links.Length > 0)
        {
            html.Open("ul", ("class", "links"));
            foreach (Given link in links)
            {
                html.Open("li");
                Link(link);
                html.Close("li");
            }

            html.Close("ul");
        }
    }

    private void PhotoWall(Given module)
    {
        html.Open("div", ("class", "wall"));
        foreach (Given photo in module.Items("photos").Take(RoomLimits.PhotosMax))
        {
            Picture(photo);
        }

        html.Close("div");
    }

    private void MoodBoard(Given module)
    {
        Colour[] colours = [.. module.Items("colours").Take(RoomLimits.ColoursMax).Select(item => item.AsColour).OfType<Colour>()];
        if (colours.Length > 0)
        {
            html.Open("ul", ("class", "swatches"));
            foreach (Colour colour in colours)
            {
                html.Element("li", colour.ToString(), ("class", look.Swatch(colour)));
            }

            html.Close("ul");
        }

        string[] words = [.. module.Items("words").Take(RoomLimits.WordsMax).Select(item => item.AsText).OfType<string>()];
        if (words.Length > 0)
        {
            html.Open("ul", ("class", "words"));
            foreach (string word in words)
            {
                html.Element("li", word, ("dir", "auto"));
            }

            html.Close("ul");
        }

        if (module.Items("photos").Any())
        {
            PhotoWall(module);
        }
    }

    private void Guestbook(Given module, IReadOnlyList<GuestbookLine> lines)
    {
        html.Element("p", module.Text("prompt") ?? "Guestbook", ("class", "prompt"), ("dir", "auto"));
        if (lines.Count == 0)
        {
            html.Element("p", "Nobody has signed yet.", ("class", "nothing"));
            return;
        }

        html.Open("ol", ("class", "entries"));
        foreach (GuestbookLine line in lines)
        {
            html.Open("li").Element("p", line.Text, ("dir", "auto")).Open("small")
                .Text(line.Handle is null ? "a guest" : $"@{line.Handle}")
                .Text(" · ")
                .Element("time", line.Day.ToString("d MMM yyyy", CultureInfo.InvariantCulture), ("datetime", line.Day.ToString("O", CultureInfo.InvariantCulture)))
                .Close("small").Close("li");
        }

        html.Close("ol");
    }

    private void Poll(Given module, IReadOnlyList<int> votes)
    {
        html.Element("p", module.Text("question") ?? "", ("class", "prompt"), ("dir", "auto")).Open("ul", ("class", "choices"));
        Given[] choices = [.. module.Items("choices").Take(RoomLimits.ChoicesMax)];
        int all = votes.Take(choices.Length).Sum(), number = 0;
        foreach (Given choice in choices)
        {
            int own = number < votes.Count ? votes[number] : 0;
            int percent = all == 0 ? 0 : (int)Math.Round(100.0 * own / all);
            html.Open("li")
                .Element("span", choice.AsText ?? "", ("dir", "auto"))
                .Element("small", string.Create(CultureInfo.InvariantCulture, $"{percent} %"))
                .Open("div", ("class", "track"), ("aria-hidden", "true")).Open("div", ("class", $"bar {look.Bar(percent)}")).Close("div").Close("div")
                .Close("li");
            number++;
        }

        html.Close("ul").Element("p", all == 1 ? "1 vote" : string.Create(CultureInfo.InvariantCulture, $"{all} votes"), ("class", "nothing"));
    }

    /// <summary>Nothing is loaded before a visitor asks for it, and nothing plays by itself.</summary>
    private void Media(Given module)
    {
        string kind = module.Text("kind") == "video" ? "video" : "audio", description = module.Text("description") ?? "";
        html.Open("figure");
        if (Address(module, "source", mediaHosts) is { } source)
        {
            html.Open(kind, ("src", source), ("controls", ""), ("preload", "none"), ("aria-label", description)).Close(kind);
        }

        html.Element("figcaption", description, ("dir", "auto")).Close("figure");
    }

    private void Picture(Given picture)
    {
        string alt = picture.Text("alt") ?? "";
        Colour[] colours = [.. picture.Items("colours").Take(RoomLimits.PictureColoursMax).Select(item => item.AsColour).OfType<Colour>()];
        html.Open("figure", ("class", "picture"));
        if (Address(picture, "source", mediaHosts) is { } source)
        {
            html.Open("img", ("src", source), ("alt", alt), ("loading", "lazy"), ("decoding", "async"), ("referrerpolicy", "no-referrer"));
        }
        else if (colours.Length >= RoomLimits.PictureColoursMin)
        {
            html.Open("div", ("class", $"painted {look.Painted(colours)}"), ("role", "img"), ("aria-label", alt)).Close("div");
        }

        if (picture.Text("caption") is { } caption)
        {
            html.Element("figcaption", caption, ("dir", "auto"));
        }

        html.Close("figure");
    }

    private void Link(Given link)
    {
        string label = link.Text("label") ?? "";
        if (Address(link, "address", linkHosts) is { } address)
        {
            html.Element("a", label, ("href", address), ("rel", "noopener noreferrer nofollow ugc"), ("target", "_blank"), ("dir", "auto"));
        }
        else
        {
            html.Element("span", label, ("dir", "auto"));
        }
    }

    private void Paragraphs(string? text)
    {
        foreach (string paragraph in (text ?? "").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            html.Element("p", paragraph.Trim('\n'), ("dir", "auto"));
        }
    }

    private static string? Address(Given part, string name, IReadOnlyList<string> hosts) =>
        part.Text(name) is { } address && WebAddress.Trouble(address, hosts) is null ? address : null;
}
