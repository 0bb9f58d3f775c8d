using System.Globalization;
using System.Text;

namespace Wya.Cli;

/// <summary>How values look to people, alike everywhere.</summary>
internal static class Visible
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long value, string one, string? many = null) => $"{Count(value)} {(value == 1 ? one : many ?? one + "s")}";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? time) => time is { } value ? Time(value) : "";

    public static string Seconds(double seconds) => seconds switch
    {
        < 10 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 120 => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        _ => TimeSpan.FromSeconds(seconds).ToString(seconds < 86_400 ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => Count(bytes, "byte"),
        < 10_000_000 => Count(bytes / 1_000) + " kB",
        _ => Count(bytes / 1_000_000) + " MB",
    };

    /// <summary>
    /// Text with everything that a terminal would obey or hide written out: what is stored was written by strangers, and
    /// must not be able to move the cursor, forge a line or turn the reading direction.
    /// </summary>
    public static string Text(string text)
    {
        if (text.EnumerateRunes().All(IsHarmless))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsHarmless(rune))
            {
                visible.Append(rune);
            }
            else
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
        }

        return visible.ToString();
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
