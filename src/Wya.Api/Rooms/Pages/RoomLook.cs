using System.Globalization;
using System.Text;
using System.Text.Json;
using Wya.Domain.Rooms.Content;

namespace Wya.Api.Rooms.Pages;

/// <summary>
/// The room's own rules beside those of every room: its colours, where its modules stand, what its pictures are made of. They
/// are written from numbers and colours alone, never from texts.
/// </summary>
internal sealed class RoomLook
{
    private const int ColumnsDefault = 3;

    /// <summary>From here on modules stand side by side; the same as in room.css.</summary>
    private const string Wide = "@media (min-width: 44rem)";

    private static readonly (Colour Background, Colour Accent) Light = (new(0xF6, 0xF3, 0xEC), new(0x5B, 0x3F, 0xD6)), Dark = (new(0x12, 0x13, 0x17), new(0xA9, 0x97, 0xFF));

    private readonly StringBuilder everywhere = new(), wide = new();
    private int parts;

    public override string ToString() => $"{everywhere}{Wide}{{{wide}}}";

    public static RoomLook OfHouse()
    {
        var look = new RoomLook();
        look.Colours(Light.Background, Light.Accent, null);
        look.InTheDark(() => look.Colours(Dark.Background, Dark.Accent, null));
        return look;
    }

    public static RoomLook Of(Given room)
    {
        var look = new RoomLook();
        Given theme = room.Member("theme");
        look.Colours(theme, Light);
        if (theme.Member("dark") is { IsObject: true } dark)
        {
            look.InTheDark(() => look.Colours(dark, Dark));
        }

        int columns = Math.Clamp(room.Member("layout").Whole("columns") ?? ColumnsDefault, 1, RoomLimits.ColumnsMax);
        look.wide.Append(CultureInfo.InvariantCulture, $".room{{grid-template-columns:repeat({columns},minmax(0,1fr))}}");
        return look;
    }

    /// <returns>The class that puts the module in its place.</returns>
    public string Place(Given module)
    {
        Given position = module.Member("position"), size = module.Member("size");
        int x = Within(position.Whole("x") ?? 0, RoomLimits.ColumnsMax - 1), y = Within(position.Whole("y") ?? 0, RoomLimits.RowsMax - 1);
        int width = Math.Max(1, Within(size.Whole("width") ?? 1, RoomLimits.ColumnsMax)), height = Math.Max(1, Within(size.Whole("height") ?? 1, RoomLimits.RowsMax));
        string name = Name("at");
        wide.Append(CultureInfo.InvariantCulture, $".{name}{{grid-column:{x + 1}/span {width};grid-row:{y + 1}/span {height}}}");
        return name;
    }

    /// <param name="colours">Two at least.</param>
    /// <returns>The class of a surface on which the colours run into each other.</returns>
    public string Painted(IReadOnlyList<Colour> colours)
    {
        string name = Name("painted");
        everywhere.Append('.').Append(name).Append("{background:");
        for (int i = colours.Count - 1; i > 1; i--)
        {
            everywhere.Append(CultureInfo.InvariantCulture, $"radial-gradient(circle at {(i * 37) % 90}% {(i * 53) % 80}%,{colours[i]},transparent 58%),");
        }

        everywhere.Append(CultureInfo.InvariantCulture, $"linear-gradient(160deg,{colours[0]},{colours[1]})}}");
        return name;
    }

    /// <returns>The class of a swatch of this colour, with a text that can be read on it.</returns>
    public string Swatch(Colour colour)
    {
        string name = Name("swatch");
        everywhere.Append(CultureInfo.InvariantCulture, $".{name}{{background:{colour};color:{colour.Ink}}}");
        return name;
    }

    /// <returns>The class of a bar of this length.</returns>
    public string Bar(int percent)
    {
        string name = Name("bar");
        everywhere.Append(CultureInfo.InvariantCulture, $".{name}{{width:{Math.Clamp(percent, 0, 100)}%}}");
        return name;
    }

    private string Name(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{parts++}");

    private static int Within(int number, int most) => Math.Clamp(number, 0, most);

    private void InTheDark(Action write)
    {
        everywhere.Append("@media (prefers-color-scheme:dark){");
        write();
        everywhere.Append('}');
    }

    private void Colours(Given theme, (Colour Background, Colour Accent) otherwise) =>
        Colours(theme.Colour("background") ?? otherwise.Background, theme.Colour("accent") ?? otherwise.Accent, theme.Colour("surface"));

    /// <summary>Whatever the author chose, texts can be read: their colours follow from what is behind them.</summary>
    private void Colours(Colour background, Colour accent, Colour? chosenSurface)
    {
        Colour surface = chosenSurface ?? background.Mixed(background.Ink, 0.055);
        everywhere.Append(CultureInfo.InvariantCulture,
            $$"""
            :root{--background:{{background}};--on-background:{{background.Ink}};--surface:{{surface}};--ink:{{surface.Ink}};
            --muted:{{surface.Ink.Mixed(surface, 0.35).ReadableOn(surface)}};--line:{{surface.Mixed(surface.Ink, 0.16)}};
            --accent:{{accent}};--on-accent:{{accent.Ink}};--accent-ink:{{accent.ReadableOn(surface)}};--accent-deep:{{accent.Mixed(new Colour(0, 0, 0), 0.18)}};
            color-scheme:{{(background.Ink.Red > 128 ? "dark" : "light")}}}
            """);
    }
}

/// <summary>A part of the published contents, read without trust: what is not of its form is as if it were not there.</summary>
internal readonly record struct Given(JsonElement Value)
{
    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    public Given Member(string name) => IsObject && Value.TryGetProperty(name, out JsonElement value) ? new Given(value) : default;

    public string? Text(string name) => Member(name).AsText;

    public string? AsText => Value.ValueKind == JsonValueKind.String ? Value.GetString() : null;

    public int? Whole(string name) => Member(name).Value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int whole) ? whole : null;

    public Colour? Colour(string name) => Member(name).AsColour;

    public Colour? AsColour => AsText is { } text && Wya.Domain.Rooms.Content.Colour.TryParse(text, out Colour colour) ? colour : null;

    public IEnumerable<Given> Items(string name) =>
        Member(name).Value is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(item => new Given(item)) : [];
}
