using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Wya.Domain.Identity;

/// <summary>
/// The name that a person is known by: it never changes, and nobody else ever gets one that looks like it. Letters and
/// digits of one living script, with single dots, hyphens and underscores between them; scripts may mix only where people
/// mix them in writing ("highly restrictive" in UTS #39).
/// </summary>
public sealed class Handle
{
    public const int LengthMin = 3;
    public const int LengthMax = 50;

    /// <summary>Nothing longer can shrink to a handle by normalization in earnest; it also bounds the work.</summary>
    private const int TypedLengthMax = 4 * LengthMax;

    /// <summary>More marks on one letter than any living script needs.</summary>
    private const int MarksInRowMax = 4;

    private Handle(string text)
    {
        Text = text;
        Skeletons = SkeletonsOf(text);
    }

    /// <summary>As shown.</summary>
    public string Text { get; }

    /// <summary>What it looks like, in one or two ways; handles that share a skeleton cannot both exist.</summary>
    public IReadOnlyList<string> Skeletons { get; }

    /// <summary>Nobody may bear it, because it would pass for the house.</summary>
    public bool IsReserved => ReservedWords.Contain(Text);

    /// <param name="problem">One sentence for the person who typed it.</param>
    public static bool TryParse(string typed, [NotNullWhen(true)] out Handle? handle, [NotNullWhen(false)] out string? problem)
    {
        string text = Normalize(typed);
        Rune[] characters = [.. text.EnumerateRunes()];
        problem = ProblemWithLength(characters)
            ?? ProblemWithCharacters(characters)
            ?? ProblemWithMarks(characters)
            ?? ProblemWithDigits(characters)
            ?? ProblemWithScripts(characters);
        handle = problem is null ? new Handle(text) : null;
        return handle is not null;
    }

    /// <summary>The form in which handles are stored and shown: Unicode's form KC.</summary>
    public static string Normalize(string typed) => typed.Length > TypedLengthMax ? typed : HandleText.Compose(typed);

    /// <summary>
    /// The skeletons of anything typed, whether it may be a handle or not: what to look a handle up by. The one that
    /// ignores case comes first; none for what is too long to be a handle.
    /// </summary>
    public static IReadOnlyList<string> SkeletonsOf(string typed)
    {
        if (typed.Length > TypedLengthMax)
        {
            return [];
        }

        string text = HandleText.Compose(typed);
        string ignoringCase = HandleText.SkeletonIgnoringCase(text);
        string asShown = HandleText.SkeletonAsShown(text);
        return asShown == ignoringCase ? [ignoringCase] : [ignoringCase, asShown];
    }

    /// <summary>The name under which the log keeps a skeleton unique.</summary>
    public static string Claim(string skeleton) => "handle:" + skeleton;

    private static string? ProblemWithLength(Rune[] characters) =>
        characters.Length is < LengthMin or > LengthMax ? "A handle has 3 to 50 characters." : null;

    private static string? ProblemWithCharacters(Rune[] characters)
    {
        if (!characters.All(character => IsSeparator(character) || HandleCharacters.Unicode.ScriptsOf(character.Value) != 0))
        {
            return "A handle is made of letters and digits, with dots, hyphens or underscores between them.";
        }

        if (IsSeparator(characters[0]) || IsSeparator(characters[^1]))
        {
            return "A handle begins and ends with a letter or a digit.";
        }

        return characters.Zip(characters.Skip(1)).Any(pair => IsSeparator(pair.First) && IsSeparator(pair.Second))
            ? "A handle has no two dots, hyphens or underscores in a row."
            : null;
    }

    private static string? ProblemWithMarks(Rune[] characters)
    {
        int inRow = 0;
        for (int i = 0; i < characters.Length; i++)
        {
            if (!IsMark(characters[i]))
            {
                inRow = 0;
                continue;
            }

            inRow++;
            bool carriesIt = i > 0 && (Rune.IsLetter(characters[i - 1]) || IsMark(characters[i - 1]));
            if (!carriesIt || inRow > MarksInRowMax || characters[i] == characters[i - 1])
            {
                return "A handle has accents and vowel signs only on letters, at most four on one, and none twice.";
            }
        }

        return null;
    }

    private static string? ProblemWithDigits(Rune[] characters)
    {
        int[] zeros = [.. characters.Where(Rune.IsDigit).Select(digit => digit.Value - (int)Rune.GetNumericValue(digit)).Distinct()];
        return zeros.Length > 1 ? "A handle uses one kind of digits." : null;
    }

    private static string? ProblemWithScripts(Rune[] characters)
    {
        HandleCharacters unicode = HandleCharacters.Unicode;
        UInt128[] scripts = [.. characters.Where(c => !IsSeparator(c)).Select(c => unicode.ScriptsOf(c.Value)).Where(set => set != unicode.Anywhere)];
        UInt128 shared = scripts.Aggregate(UInt128.MaxValue, (all, set) => all & set);
        bool isEastAsian = unicode.EastAsian.Any(writing => scripts.All(set => (set & (writing | unicode.Latin)) != 0));
        if (shared == 0 && !isEastAsian)
        {
            return "A handle is written in one script; only Japanese, Chinese and Korean may be mixed with Latin letters.";
        }

        // Digits before right-to-left letters are shown after them: two handles could look the same.
        bool isRightToLeft = scripts.Any(set => (set & unicode.RightToLeft) != 0);
        return isRightToLeft && !Rune.IsLetter(characters[0]) ? "A handle that is read from right to left begins with a letter." : null;
    }

    private static bool IsSeparator(Rune character) => character.Value is '.' or '-' or '_';

    private static bool IsMark(Rune character) =>
        Rune.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
