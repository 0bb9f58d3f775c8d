using System.Globalization;
using System.Text;

namespace Wya.Domain.Messaging;

/// <summary>
/// Which words a text is found by: runs of letters and digits, whatever their case, accents and width. It works without
/// Unicode's tables, which this system is built without: Latin letters are folded to their base, other scripts by case alone.
/// Scripts that write no spaces come as long runs, and are found by the whole run.
/// </summary>
public static class WordRules
{
    public const int CharactersMin = 2;
    public const int CharactersMax = 40;

    /// <summary>Of one message; further ones are not found.</summary>
    public const int WordsMax = 500;

    /// <summary>Of one question.</summary>
    public const int AskedMax = 5;

    private const int LatinFirst = 0xC0;

    // From U+00C0 on, one place a letter: what it is without its mark. A dot: no letter, or none with a base.
    private const string LatinBase =
        "aaaaaa.ceeeeiiiidnooooo.ouuuuy.." + "aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
        + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllll"
        + "nnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    /// <summary>Each once, in the order in which they come.</summary>
    public static IReadOnlyList<string> Words(string? text)
    {
        List<string> words = [];
        if (text is null)
        {
            return words;
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        var word = new StringBuilder();
        int characters = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsMark(rune))
            {
                continue; // an accent that was typed after its letter
            }

            if (IsOfWords(rune))
            {
                characters += Fold(rune, word);
                continue;
            }

            Take();
        }

        Take();
        return words;

        void Take()
        {
            if (characters is >= CharactersMin and <= CharactersMax && words.Count < WordsMax && seen.Add(word.ToString()))
            {
                words.Add(word.ToString());
            }

            word.Clear();
            characters = 0;
        }
    }

    private static bool IsMark(Rune rune) => rune.Value is >= 0x300 and <= 0x36F;

    private static bool IsOfWords(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber;

    /// <returns>How many characters it has come to.</returns>
    private static int Fold(Rune rune, StringBuilder word)
    {
        int value = rune.Value is >= 0xFF10 and <= 0xFF5A ? rune.Value - 0xFEE0 : rune.Value; // full width
        string? several = value switch
        {
            0xDF or 0x1E9E => "ss",
            0xC6 or 0xE6 => "ae",
            0x132 or 0x133 => "ij",
            0x152 or 0x153 => "oe",
            0xDE or 0xFE => "th",
            0xFB00 => "ff",
            0xFB01 => "fi",
            0xFB02 => "fl",
            0xFB03 => "ffi",
            0xFB04 => "ffl",
            0xFB05 or 0xFB06 => "st",
            _ => null,
        };
        if (several is not null)
        {
            word.Append(several);
            return several.Length;
        }

        int place = value - LatinFirst;
        word.Append(place >= 0 && place < LatinBase.Length && LatinBase[place] != '.'
            ? LatinBase[place].ToString()
            : value == 0x3C2 ? "σ" : Rune.ToLowerInvariant(new Rune(value)).ToString());
        return 1;
    }
}
