using System.Text.Json;

namespace Wya.Projections.Safety;

/// <summary>Enums in columns, as they are written everywhere else: lower case, with underscores.</summary>
public static class EnumText
{
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.ByValue[value];

    /// <exception cref="KeyNotFoundException">There is no such value.</exception>
    public static T Read<T>(string text)
        where T : struct, Enum => Names<T>.ByText[text];

    public static bool TryRead<T>(string text, out T value)
        where T : struct, Enum => Names<T>.ByText.TryGetValue(text, out value);

    /// <summary>For a check of a column: <c>'monitor', 'guide'</c>.</summary>
    internal static string Listed<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(value => $"'{Of(value)}'"));

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue =
            Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> ByText = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
