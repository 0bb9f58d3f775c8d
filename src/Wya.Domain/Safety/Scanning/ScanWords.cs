using System.Globalization;
using System.Text;

namespace Wya.Domain.Safety.Scanning;

/// <summary>
/// The words of a text as a reader takes them: whatever their case, their accents, the look-alikes among their letters, and
/// what stands between letters unseen. Letters that are spaced out one by one are a word too. One pass over the text.
/// </summary>
internal static class ScanWords
{
    /// <summary>Of a text; the rest is not looked at.</summary>
    public const int CharactersMax = 10_000;

    private const int SpacedOutMin = 3;

    public static IReadOnlyList<string> Of(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        foreach (Rune rune in HandleText.SkeletonIgnoringCase(Start(text)).EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format:
                    break;
                case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                    or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber
                    or UnicodeCategory.SpacingCombiningMark:
                    word.Append(InPlaceOf(Rune.ToLowerInvariant(rune)).ToString());
                    break;
                default:
                    if (rune.Value is not ('\'' or '’'))
                    {
                        Take(words, word);
                    }

                    break;
            }
        }

        Take(words, word);
        return WithSpacedOut(words);
    }

    /// <summary>Digits that are written for letters; and one letter, because the same digit stands for it and for another.</summary>
    private static Rune InPlaceOf(Rune letter) => letter.Value switch
    {
        '0' => new Rune('o'),
        '1' or 'l' => new Rune('i'),
        '3' => new Rune('e'),
        '4' => new Rune('a'),
        '5' => new Rune('s'),
        '7' => new Rune('t'),
        _ => letter,
    };

    private static string Start(string text) =>
        text.Length <= CharactersMax ? text
        : char.IsHighSurrogate(text[CharactersMax - 1]) ? text[..(CharactersMax - 1)]
        : text[..CharactersMax];

    private static void Take(List<string> words, StringBuilder word)
    {
        if (word.Length > 0)
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>A run of single letters is followed by the word that they make together.</summary>
    private static List<string> WithSpacedOut(List<string> words)
    {
        List<string> all = [];
        for (int i = 0; i < words.Count;)
        {
            int end = i;
            while (end < words.Count && words[end].Length == 1)
            {
                end++;
            }

            if (end - i >= SpacedOutMin)
            {
                all.Add(string.Concat(words[i..end]));
                i = end;
            }
            else
            {
                all.Add(words[i++]);
            }
        }

        return all;
    }
}
