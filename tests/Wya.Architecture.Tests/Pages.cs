using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Wya.Architecture.Tests;

/// <summary>Pages of docs/reference that a test keeps equal to the code.</summary>
internal static partial class Pages
{
    public const string Dependencies = "docs/reference/dependencies.md";
    public const string SeedRules = "docs/reference/seed-rules.md";

    /// <summary>Packages and versions of Directory.Packages.props.</summary>
    public static IEnumerable<string> Packages(string props) =>
        XDocument.Parse(props).Descendants("PackageVersion").Select(package => (string)package.Attribute("Include")!);

    /// <summary>First cells of the page's rows that have all of package, licence and reason.</summary>
    public static IEnumerable<string> DocumentedPackages(string page) =>
        PackageRow().Matches(page).Select(match => match.Groups["name"].Value);

    public static IEnumerable<string> RuleNumbers(string page) => RuleRow().Matches(page).Select(match => match.Groups["number"].Value);

    /// <summary>The rules that a source file's tests name. A trait whose number is not a literal yields "?".</summary>
    public static IEnumerable<string> NamedRules(string source) =>
        SeedTrait().Matches(source).Select(match => match.Groups["number"] is { Success: true, Value: var number } ? number : "?");

    [GeneratedRegex(@"^\| `(?<name>[\w.]+)` \| [^|]*\w[^|]* \| [^|]*\w[^|]* \|$", RegexOptions.Multiline)]
    private static partial Regex PackageRow();

    [GeneratedRegex(@"^\| (?<number>(?:[A-Z]|\d\.S?)\d) \| [^|]*\w[^|]* \|$", RegexOptions.Multiline)]
    private static partial Regex RuleRow();

    [GeneratedRegex(@"Trait\(\s*""seed""\s*,\s*(?:""(?<number>[^""]*)"")?")]
    private static partial Regex SeedTrait();
}
