using System.Globalization;

namespace Wya.Api.Http;

/// <summary>What was asked of a list in the order of a number, such as a position: so many, after that of the page before.</summary>
internal readonly record struct NumberedPage(long After, int Limit)
{
    /// <summary>One more than is shown tells whether more follow.</summary>
    public int Sought => Limit + 1;

    public static bool TryParse(string? cursor, int limit, out NumberedPage asked)
    {
        long after = 0;
        bool isOne = limit is >= 1 and <= Limits.PageItemsMax
            && (cursor is null || long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after));
        asked = new NumberedPage(after, limit);
        return isOne;
    }

    /// <param name="found">As many as were sought, if there are so many.</param>
    /// <returns>What is shown, and the cursor of what follows; null on the last page.</returns>
    public (T[] Items, string? Next) Of<T>(IReadOnlyList<T> found, Func<T, long> number)
    {
        T[] items = [.. found.Take(Limit)];
        return (items, found.Count > Limit ? number(items[^1]).ToString(CultureInfo.InvariantCulture) : null);
    }
}
