namespace Wya.Cli;

/// <summary>What somebody may have meant.</summary>
internal static class Suggestion
{
    /// <summary>The known name nearest to the typed one; null when none is near.</summary>
    public static string? For(string typed, IEnumerable<string> known)
    {
        int distanceMax = Math.Max(2, typed.Length / 3);
        return known
            .Select(name => (Name: name, Distance: Distance(typed.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= distanceMax)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault().Name;
    }

    /// <summary>One sentence for a name that is not known: what was meant perhaps, and what there is.</summary>
    public static string Sentence(string kind, string typed, IReadOnlyList<string> known)
    {
        string names = string.Join(", ", known.Order(StringComparer.Ordinal));
        return For(typed, known) is { } near
            ? $"There is no {kind} '{typed}'; did you mean '{near}'? Known: {names}."
            : $"There is no {kind} '{typed}'. Known: {names}.";
    }

    /// <summary>Letters to insert, remove or replace.</summary>
    private static int Distance(string from, string to)
    {
        int[] previous = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] current = new int[to.Length + 1];
            current[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[to.Length];
    }
}
