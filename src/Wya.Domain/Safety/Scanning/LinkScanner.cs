using System.Text.RegularExpressions;
using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety.Scanning;

/// <summary>
/// Finds links that hide where they lead: to a bare number, to a name in letters that look like others, or behind a name
/// that is no host at all; and texts that are mostly links. It follows none of them.
/// </summary>
public sealed partial class LinkScanner : IContentScanner
{
    /// <summary>More links than this in one text.</summary>
    public const int LinksMax = 5;

    private static readonly ScanFinding Credentials = new("link.name_before_host", Category.Scam, 0.4);
    private static readonly ScanFinding Numeric = new("link.numeric_host", Category.Scam, 0.3);
    private static readonly ScanFinding LookAlike = new("link.look_alike_host", Category.Scam, 0.4);
    private static readonly ScanFinding Many = new("link.many", Category.Spam, 0.3);

    public IReadOnlyList<ScanFinding> Scan(string text)
    {
        HashSet<ScanFinding> found = [];
        int links = 0;
        foreach (ValueMatch match in Links().EnumerateMatches(text.AsSpan(0, Math.Min(text.Length, ScanWords.CharactersMax))))
        {
            links++;
            string authority = AuthorityOf(text.AsSpan(match.Index, match.Length)).ToString();
            int at = authority.LastIndexOf('@');
            string host = at < 0 ? authority : authority[(at + 1)..];
            if (at >= 0)
            {
                found.Add(Credentials);
            }

            if (NumericHost().IsMatch(host))
            {
                found.Add(Numeric);
            }

            if (host.Any(character => character > '~') || host.Split('.').Any(label => label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)))
            {
                found.Add(LookAlike);
            }
        }

        if (links > LinksMax)
        {
            found.Add(Many);
        }

        return [.. found];
    }

    private static ReadOnlySpan<char> AuthorityOf(ReadOnlySpan<char> link)
    {
        ReadOnlySpan<char> rest = link[(link.IndexOf("//", StringComparison.Ordinal) + 2)..];
        int end = rest.IndexOfAny("/?#\\");
        return end < 0 ? rest : rest[..end];
    }

    [GeneratedRegex(@"https?://[^\s<>""]{1,2000}", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Links();

    [GeneratedRegex(@"^(\[[0-9a-f:.]+\]|[0-9.]+|0x[0-9a-f.x]+)(:[0-9]*)?$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumericHost();
}
