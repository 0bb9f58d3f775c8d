using System.Globalization;
using System.Text;
using System.Text.Json;
using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety.Scanning;

/// <summary>
/// Finds phrases of a list: whole words, one after the other. A phrase is looked for where its first word stands, so the time
/// is that of the words and of the phrases that begin alike.
/// </summary>
public sealed class PhraseScanner : IContentScanner
{
    /// <summary>Phrases of a list.</summary>
    public const int PhrasesMax = 10_000;

    /// <summary>Words of a phrase.</summary>
    public const int WordsMax = 12;

    private readonly Dictionary<string, List<(string[] Words, ScanFinding Finding)>> byFirst = new(StringComparer.Ordinal);

    /// <param name="list">
    /// A phrase a line: the category, the weight, the phrase, with spaces between; <c>#</c> begins a remark. A rule's name is
    /// its category and the number of its line.
    /// </param>
    /// <exception cref="FormatException">A line is none of this; the message says which.</exception>
    public PhraseScanner(string list)
    {
        int number = 0, phrases = 0;
        foreach (string line in list.Split('\n'))
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (++phrases > PhrasesMax)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A list has at most {PhrasesMax} phrases."));
            }

            Add(number, text);
        }
    }

    /// <summary>The list that comes with the build: short, in English, and a beginning.</summary>
    public static PhraseScanner BuiltIn { get; } = Load();

    public IReadOnlyList<ScanFinding> Scan(string text)
    {
        IReadOnlyList<string> words = ScanWords.Of(text);
        List<ScanFinding> found = [];
        for (int i = 0; i < words.Count; i++)
        {
            foreach ((string[] phrase, ScanFinding finding) in byFirst.GetValueOrDefault(words[i], []))
            {
                if (!found.Contains(finding) && IsAt(words, i, phrase))
                {
                    found.Add(finding);
                }
            }
        }

        return found;
    }

    private static bool IsAt(IReadOnlyList<string> words, int at, string[] phrase)
    {
        if (at + phrase.Length > words.Count)
        {
            return false;
        }

        for (int i = 0; i < phrase.Length; i++)
        {
            if (words[at + i] != phrase[i])
            {
                return false;
            }
        }

        return true;
    }

    private static PhraseScanner Load()
    {
        using Stream data = typeof(PhraseScanner).Assembly.GetManifestResourceStream("phrases.txt")!;
        using var reader = new StreamReader(data, Encoding.UTF8);
        return new PhraseScanner(reader.ReadToEnd());
    }

    private void Add(int number, string text)
    {
        string[] parts = text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] words = parts.Length == 3 ? [.. ScanWords.Of(parts[2])] : [];
        if (words.Length is 0 or > WordsMax || CategoryOf(parts[0]) is not { } category
            || !double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) || weight is not (> 0 and <= 1))
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Line {number} is not a category, a weight above 0 and up to 1, and a phrase."));
        }

        var finding = new ScanFinding(string.Create(CultureInfo.InvariantCulture, $"phrase.{parts[0]}.{number}"), category, weight);
        if (!byFirst.TryGetValue(words[0], out var alike))
        {
            byFirst.Add(words[0], alike = []);
        }

        alike.Add((words, finding));
    }

    private static Category? CategoryOf(string name)
    {
        foreach (Category category in Enum.GetValues<Category>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(category.ToString()) == name)
            {
                return category;
            }
        }

        return null;
    }
}
