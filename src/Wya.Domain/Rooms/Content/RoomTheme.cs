using System.Text.Json;

namespace Wya.Domain.Rooms.Content;

/// <summary>The room's colours and letters. Texts take a colour that can be read on what is behind them, whatever is chosen.</summary>
internal static class RoomTheme
{
    public static readonly string[] Fonts = ["sans", "serif", "mono", "rounded", "poster"];
    public static readonly string[] Corners = ["square", "soft", "round"];

    public static void Check(Field room)
    {
        if (room.Required("theme") is not { } theme || !theme.IsOf(JsonValueKind.Object, "an object"))
        {
            return;
        }

        CheckColours(theme);
        theme.Optional("font")?.OneOf(Fonts);
        theme.Optional("corners")?.OneOf(Corners);
        if (theme.Optional("dark") is { } dark && dark.IsOf(JsonValueKind.Object, "an object"))
        {
            CheckColours(dark);
        }
    }

    private static void CheckColours(Field theme)
    {
        theme.Required("background")?.Colour();
        theme.Required("accent")?.Colour();
        theme.Optional("surface")?.Colour();
    }
}
