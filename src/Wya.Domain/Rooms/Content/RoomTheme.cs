using System.Text.Json;

namespace Wya.Domain.Rooms.Content;

/// <summary>The room's colours and letters. Texts take a colour that can be read on what is behind them, whatever is chosen.</summary>
public static class RoomTheme
{
    /// <summary>The first is what a room has that names none.</summary>
    public static IReadOnlyList<string> Fonts { get; } = ["sans", "serif", "mono", "rounded", "poster"];

    /// <summary>Likewise.</summary>
    public static IReadOnlyList<string> Corners { get; } = ["soft", "square", "round"];

    internal static void Check(Field room)
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
