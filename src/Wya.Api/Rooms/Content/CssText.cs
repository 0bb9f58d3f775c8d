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

        if (TroubleOfBrackets(text) is { } trouble)
        {
            yield return trouble;
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

    /// <summary>Brackets close in the order in which they open, and a rule for elements holds no other rule.</summary>
    private static string? TroubleOfBrackets(string text)
    {
        Stack<char> open = [];
        int begin = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '{' when open.TryPeek(out char around) && around != '@':
                    return around == '(' ? "A bracket does not close." : "A rule stands inside another rule.";
                case '{': open.Push(text.AsSpan(begin, i - begin).TrimStart().StartsWith("@") ? '@' : '{'); break;
                case '(': open.Push('('); break;
                case '}' when !open.TryPop(out char last) || last == '(':
                case ')' when !open.TryPop(out last) || last != '(':
                    return "A bracket closes that is not open.";
            }

            begin = text[i] is '{' or '}' or ';' ? i + 1 : begin;
        }

        return open.Count == 0 ? null : "A bracket does not close.";
    }

    /// <summary>No escapes, strings, attribute selectors, nesting, namespaces or siblings, and nothing that begins markup.</summary>
    private static bool IsUsable(char character) =>
        character is '\n' or '\r' or '\t' or (>= ' ' and < '\x7f' and not ('\\' or '"' or '\'' or '<' or '[' or ']' or '&' or '|' or '~' or '`' or '$' or '^' or '?' or '='));

    [GeneratedRegex("@[a-zA-Z-]*")]
    private static partial Regex AtRule();

    [GeneratedRegex(@"(?<name>[a-zA-Z_-][a-zA-Z0-9_-]*)\(")]
    private static partial Regex Function();
}
