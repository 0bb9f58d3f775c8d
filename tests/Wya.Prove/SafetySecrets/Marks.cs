using System.Security.Cryptography;

namespace Wya.Prove.SafetySecrets;

/// <summary>What must not be found: words that nobody would write, and people whose ids begin alike.</summary>
internal sealed class Marks
{
    private readonly string reporterStart = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly List<Guid> reporters = [];

    /// <summary>All words begin with it, and nothing else does.</summary>
    public string WordStart { get; } = "wyamark" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>All reporters' ids begin with it, as they are written.</summary>
    public string ReporterStart => reporterStart + "-";

    public int Words { get; private set; }

    public IReadOnlyList<Guid> Reporters => reporters;

    public string NewWord() => $"{WordStart}x{Words++}x";

    public Guid NewReporter()
    {
        var id = Guid.Parse(reporterStart + Guid.CreateVersion7().ToString()[8..]);
        reporters.Add(id);
        return id;
    }

    /// <summary>How many of all words stand in the text.</summary>
    public int WordsIn(string text) => Enumerable.Range(0, Words).Count(n => text.Contains($"{WordStart}x{n}x", StringComparison.Ordinal));
}
