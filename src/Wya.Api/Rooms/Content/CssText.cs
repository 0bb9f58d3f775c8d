using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Wya.Api.Rooms.Content;

/// <summary>What is refused of CSS before anything of it is understood.</summary>
internal static partial class CssText
{
    /// <summary>One sentence for each thing.</summary>
    public static IEnumerable<string> Trouble(string css)
    {
        if (!TryWithoutComments(css, out string? text))
        {
            yield return "A comment does not end.";
            yield break;
        }

        foreach (char character in text.Where(character => !IsUsable(character)).Distinct().Take(5))
        {
            yield return Rune.TryCreate(character, out Rune rune) && character is > ' ' and < '\x7f'
                ? $"The character {rune} is not one that CSS of a room may hold."
                : "CSS of a room holds visible ASCII characters and blanks.";
        }

        foreach (string name in AtRule().Matches(text).Select(match => match.Value.ToLowerInvariant()).Where(name => name != "@media").Distinct(StringComparer.Ordinal))
        {
            yield return $"The rule '{name}' is not one that rooms may use.";
        }

        foreach (string name in Function().Matches(text).Select(match => match.Groups["name"].Value.ToLowerInvariant())
            .Where(name => !CssGrammar.IsFunction(name)).Distinct(StringComparer.Ordinal))
        {
            yield return $"The function '{name}' is not one that rooms may use.";
        }
    }

    /// <summary>Strings are refused, so that what looks like a comment is one.</summary>
    public static bool TryWithoutComments(string css, [NotNullWhen(true)] out string? text)
    {
        var kept = new StringBuilder(css.Length);
        int at = 0;
        text = null;
        for (int begin = css.IndexOf("/*", StringComparison.Ordinal); begin >= 0; begin = css.IndexOf("/*", at, StringComparison.Ordinal))
        {
            kept.Append(css, at, begin - at).Append(' ');
            int end = css.IndexOf("*/", begin + 2, StringComparison.Ordinal);
            if (end < 0)
            {
                return false;
            }

            at = end + 2;
        }

        text = kept.Append(css, at, css.Length - at).ToString();
        return true;
    }

    /// <summary>No escapes, strings, attribute selectors, nesting, namespaces or siblings, and nothing that begins markup.</summary>
    private static bool IsUsable(char character) =>
        character is '\n' or '\r' or '\t' or (>= ' ' and < '\x7f' and not ('\\' or '"' or '\'' or '<' or '[' or ']' or '&' or '|' or '~' or '`' or '$' or '^' or '?' or '='));

    [GeneratedRegex("@[a-zA-Z-]*")]
    private static partial Regex AtRule();

    [GeneratedRegex(@"(?<name>[a-zA-Z_-][a-zA-Z0-9_-]*)\(")]
    private static partial Regex Function();
}
