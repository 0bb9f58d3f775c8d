using Wya.Domain.Identity;

namespace Wya.Prove.Handles;

/// <summary>A handle, and other ways of typing something that looks like it: in other cases, other letters, with digits.</summary>
/// <param name="Skeleton">What all of them look like.</param>
internal sealed record HandleFamily(string Skeleton, IReadOnlyList<string> Spellings)
{
    // Each looks the same in Latin, Cyrillic and Greek letters, so that whole words do.
    private const string Latin = "aopy";
    private const string Cyrillic = "аору";
    private const string Greek = "αοργ";
    private const int Letters = 8;

    /// <summary>Families of which no two look alike, each with some spellings, of which no two are the same.</summary>
    /// <exception cref="InvalidOperationException">The domain no longer takes them for look-alikes: the race would prove nothing.</exception>
    public static IReadOnlyList<HandleFamily> Make(int families, int spellings)
    {
        HandleFamily[] made = [.. Enumerable.Range(1, families).Select(n => One(n * 7, spellings))];
        return made.Select(family => family.Skeleton).Distinct(StringComparer.Ordinal).Count() == families
            ? made
            : throw new InvalidOperationException("Two families of handles look alike.");
    }

    /// <summary>What somebody typed looks like; null when it is no handle.</summary>
    public static string? SkeletonOf(string typed) => Handle.TryParse(typed, out Handle? handle, out _) && !handle.IsReserved ? handle.Skeletons[0] : null;

    private static HandleFamily One(int number, int spellings)
    {
        string word = string.Concat(Enumerable.Range(0, Letters).Select(digit => Latin[(number >> (2 * digit)) & 3]));
        string skeleton = SkeletonOf(word) ?? throw new InvalidOperationException("The word is no handle.");
        IEnumerable<string> others = Enumerable.Range(1, (1 << Letters) - 1).Select(which => InCapitals(word, which));
        string[] alike = [.. new[] { word, In(Cyrillic, word), In(Greek, word), word.Replace('o', '0'), In(Cyrillic, word).ToUpperInvariant() }
            .Concat(others)
            .Where(typed => SkeletonOf(typed) == skeleton)
            .Distinct(StringComparer.Ordinal)
            .Take(spellings)];
        return alike.Length == spellings && alike.Contains(In(Cyrillic, word)) && alike.Contains(In(Greek, word))
            ? new HandleFamily(skeleton, alike)
            : throw new InvalidOperationException("The word has too few look-alikes.");
    }

    private static string In(string alphabet, string word) => string.Concat(word.Select(letter => alphabet[Latin.IndexOf(letter, StringComparison.Ordinal)]));

    private static string InCapitals(string word, int which) =>
        string.Concat(word.Select((letter, n) => (which >> n & 1) == 1 ? char.ToUpperInvariant(letter) : letter));
}
