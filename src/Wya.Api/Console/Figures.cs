using System.Globalization;

namespace Wya.Api.Console;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Count(long? number) => number?.ToString("n0", CultureInfo.InvariantCulture) ?? "–";

    public static string Rate(double? number) => number is { } some ? some.ToString(some is > 0 and < 10 ? "0.#" : "n0", CultureInfo.InvariantCulture) : "–";

    public static string Bytes(long? number)
    {
        if (number is not { } bytes)
        {
            return "–";
        }

        double left = bytes;
        int unit = 0;
        while (left >= 1024 && unit < ByteUnits.Length - 1)
        {
            left /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{left:0.#} {ByteUnits[unit]}");
    }

    /// <summary>A lag: short ones to the tenth of a second, long ones in words.</summary>
    public static string Seconds(double? number) => number switch
    {
        null => "–",
        0 => "0 s",
        < 60 and { } some => some.ToString("0.# 's'", CultureInfo.InvariantCulture),
        { } some => Spans.Of(TimeSpan.FromSeconds(some)),
    };
}
