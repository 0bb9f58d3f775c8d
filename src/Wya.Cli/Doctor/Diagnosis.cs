namespace Wya.Cli;

/// <param name="State"><c>good</c>, <c>weak</c>: it runs, and should not stay so; or <c>fault</c>: it does not, or must not.</param>
/// <param name="About">A database, a Redis, a store, a setting.</param>
/// <param name="Check">What was looked at, in a word or two; stable, for programs.</param>
/// <param name="Found">In a sentence, without data or secrets.</param>
/// <param name="Do">What to do; empty where there is nothing.</param>
internal sealed record Finding(string State, string About, string Check, string Found, string Do = "")
{
    public bool IsFault => State == "fault";
}

/// <summary>What a checkup has found so far.</summary>
internal sealed class Diagnosis
{
    private readonly List<Finding> findings = [];

    public IReadOnlyList<Finding> Findings => findings;

    public void Good(string about, string check, string found) => findings.Add(new Finding("good", about, check, found));

    public void Weak(string about, string check, string found, string @do) => findings.Add(new Finding("weak", about, check, found, @do));

    public void Fault(string about, string check, string found, string @do) => findings.Add(new Finding("fault", about, check, found, @do));

    /// <summary>Of several that should not be: each by its name, or that there is none.</summary>
    public void None(string about, string check, IReadOnlyList<string> wrong, string good, string found, string @do)
    {
        if (wrong.Count == 0)
        {
            Good(about, check, good);
        }
        else
        {
            Fault(about, check, $"{found}: {string.Join(", ", wrong)}.", @do);
        }
    }
}
