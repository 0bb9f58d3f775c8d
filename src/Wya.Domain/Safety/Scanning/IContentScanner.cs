using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety.Scanning;

/// <summary>
/// Looks at what somebody wrote, after it was sent, and says which of its rules fit. It sees the words in memory and keeps
/// nothing of them; a rule's name must say nothing of them either. Its time must be bounded by the length of the text.
/// </summary>
public interface IContentScanner
{
    IReadOnlyList<ScanFinding> Scan(string text);
}

/// <param name="Rule">Its name: lower case, and the same for ever.</param>
/// <param name="Weight">Of the signal, 0 to 1.</param>
public sealed record ScanFinding(string Rule, Category Category, double Weight);
