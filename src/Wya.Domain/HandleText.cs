using System.Text;

namespace Wya.Domain;

/// <summary>
/// Normal forms of handles, as Unicode defines them (UAX #15: decompose, order the marks, compose again), and their
/// skeletons (UTS #39: decompose, replace each character by what it looks like, order the marks).
/// </summary>
internal static class HandleText
{
    // Hangul syllables are composed by arithmetic: leading consonants × vowels × (no or one trailing consonant).
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28, SyllableCount = LeadCount * VowelCount * TrailCount;

    /// <summary>Normalization form KC. Exact for all that can become a handle; other characters stay and are refused later.</summary>
    public static string Compose(string text)
    {
        List<int> composed = [];
        int starter = -1;
        int lastClass = -1;
        foreach (int character in Decompose(text))
        {
            int combiningClass = HandleCharacters.Unicode.CombiningClass(character);
            if (starter >= 0 && lastClass < combiningClass && Composite(composed[starter], character) is { } composite)
            {
                composed[starter] = composite;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = composed.Count;
            }

            lastClass = combiningClass == 0 ? -1 : combiningClass;
            composed.Add(character);
        }

        return ToText(composed);
    }

    /// <summary>What the text looks like whatever the case of its letters.</summary>
    public static string SkeletonIgnoringCase(string text) => Skeleton(text, looks => looks.IgnoringCase);

    /// <summary>What the text looks like in the case that it is shown in: a capital i is like a small L, a small i is not.</summary>
    public static string SkeletonAsShown(string text) => Skeleton(text, looks => looks.AsShown);

    private static string Skeleton(string text, Func<(int[] IgnoringCase, int[] AsShown), int[]> way)
    {
        List<int> skeleton = [];
        foreach (int character in Decompose(text))
        {
            if (HandleCharacters.Unicode.Looks(character) is { } looks)
            {
                skeleton.AddRange(way(looks));
            }
            else
            {
                skeleton.Add(character);
            }
        }

        OrderMarks(skeleton);
        return ToText(skeleton);
    }

    private static List<int> Decompose(string text)
    {
        List<int> decomposed = [];
        foreach (Rune rune in text.EnumerateRunes())
        {
            int syllable = rune.Value - SyllableBase;
            if (syllable is >= 0 and < SyllableCount)
            {
                decomposed.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
                decomposed.Add(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount));
                if (syllable % TrailCount is > 0 and var trail)
                {
                    decomposed.Add(TrailBase + trail);
                }
            }
            else if (HandleCharacters.Unicode.Decomposition(rune.Value) is { } parts)
            {
                decomposed.AddRange(parts);
            }
            else
            {
                decomposed.Add(rune.Value);
            }
        }

        OrderMarks(decomposed);
        return decomposed;
    }

    private static int? Composite(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount and var lead && second - VowelBase is >= 0 and < VowelCount and var vowel)
        {
            return SyllableBase + (((lead * VowelCount) + vowel) * TrailCount);
        }

        if (first - SyllableBase is >= 0 and < SyllableCount and var syllable && syllable % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount and var trail)
        {
            return first + trail;
        }

        return HandleCharacters.Unicode.Composite(first, second);
    }

    /// <summary>Marks that do not touch each other look the same in any order, so they are given one (stable, by class).</summary>
    private static void OrderMarks(List<int> characters)
    {
        for (int i = 1; i < characters.Count; i++)
        {
            int moving = characters[i];
            int combiningClass = HandleCharacters.Unicode.CombiningClass(moving);
            int to = i;
            while (combiningClass > 0 && to > 0 && HandleCharacters.Unicode.CombiningClass(characters[to - 1]) > combiningClass)
            {
                characters[to] = characters[to - 1];
                to--;
            }

            characters[to] = moving;
        }
    }

    private static string ToText(List<int> characters)
    {
        var text = new StringBuilder(characters.Count);
        foreach (int character in characters)
        {
            text.Append(char.ConvertFromUtf32(character));
        }

        return text.ToString();
    }
}
