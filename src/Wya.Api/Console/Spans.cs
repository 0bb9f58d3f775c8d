using System.Globalization;

namespace Wya.Api.Console;

/// <summary>Lengths of time in the one unit that says enough.</summary>
internal static class Spans
{
    public static string From(DateTimeOffset now, DateTimeOffset at) => at >= now ? $"in {Of(at - now)}" : $"{Of(now - at)} ago";

    public static string Of(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } => Count((int)span.TotalMinutes, "minute"),
        { TotalDays: < 2 } => Count((int)span.TotalHours, "hour"),
        _ => Count((int)span.TotalDays, "day"),
    };

    public static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
