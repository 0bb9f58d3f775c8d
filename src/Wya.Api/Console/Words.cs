using System.Text.Json;

namespace Wya.Api.Console;

/// <summary>Names of the code as the API writes them, and as people read them.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>"ChildSafety" reads "Child safety".</summary>
    public static string Say<T>(T value)
        where T : struct, Enum
    {
        string words = Of(value).Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
