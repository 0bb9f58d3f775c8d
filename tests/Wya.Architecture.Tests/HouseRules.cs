using System.Text.RegularExpressions;

namespace Wya.Architecture.Tests;

/// <summary>What can be said against one file. Each rule is a function of the file's name and text, so that a fault can be planted.</summary>
internal static partial class HouseRules
{
    public const int LinesMax = 400;

    // Written in two parts, so that this file does not accuse itself.
    private static readonly Regex Unfinished = new(string.Join('|', @"\bTO" + @"DO\b", @"\bFIX" + @"ME\b", @"\bHA" + @"CK\b", "NotImplemented" + "Exception"));

    public static bool IsCode(string file) =>
        file == "dev" || Path.GetExtension(file) is ".cs" or ".sql" or ".sh" || file.StartsWith(".ci/", StringComparison.Ordinal);

    public static bool IsText(string file) =>
        IsCode(file) || Path.GetExtension(file) is ".md" or ".csproj" or ".props" or ".yml" or ".json" or ".html" or ".js" or ".css";

    public static IEnumerable<string> TooLong(string file, string text)
    {
        int lines = text.AsSpan().Count('\n');
        return IsCode(file) && lines > LinesMax ? [$"{file} has {lines} lines; split it by capability"] : [];
    }

    public static IEnumerable<string> EmptyNames(string file, string text) =>
        file.EndsWith(".cs", StringComparison.Ordinal)
            ? TypeName().Matches(text)
                .Select(match => match.Groups["name"].Value)
                .Where(name => EmptyEnding().IsMatch(name))
                .Select(name => $"{file}: the name {name} says what the type is for the machine, not what it is")
            : [];

    public static IEnumerable<string> UnfinishedWork(string file, string text) =>
        IsText(file) ? Unfinished.Matches(text).Select(match => $"{file}: {match.Value}") : [];

    /// <summary>
    /// What a session of PostgreSQL is told outlives the transaction. A pooled connection is not reset when it is given back, so
    /// who tells it something has a connection of its own, or takes it back by word; those are named here.
    /// </summary>
    private static readonly string[] KeepersOfSessions =
    [
        "WriterConnection.cs", "DatabaseSession.cs", "ChannelListener.cs", "RebuildMember.cs", "RebuildLock.cs", "DatabaseServer.cs", // of their own
        "DueWork.cs", "CheckpointWorker.cs", // given back by word
        "RunSql.cs", "DuckDb.cs", // not PostgreSQL's
    ];

    public static IEnumerable<string> SessionState(string file, string text) =>
        file.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(file) is ".cs" or ".sql" && !KeepersOfSessions.Contains(Path.GetFileName(file))
            ? SessionWord().Matches(text).Select(match => $"{file}: {match.Value.Trim()} outlives the transaction, on a connection that others get next")
            : [];

    /// <summary>Relative links in a page that lead nowhere.</summary>
    public static IEnumerable<string> DeadLinks(string file, string text, Func<string, bool> exists) =>
        file.EndsWith(".md", StringComparison.Ordinal)
            ? Link().Matches(text)
                .Select(match => match.Groups["target"].Value.Split('#')[0])
                .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal))
                .Where(target => !exists(Path.Combine(Path.GetDirectoryName(file)!, target)))
                .Select(target => $"{file} links to {target}")
            : [];

    [GeneratedRegex(@"^\s*(?:\[[^\]]*\]\s*)*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*(?:record\s+struct|record\s+class|class|record|struct|interface|enum)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();

    [GeneratedRegex("(Manager|Helper|Util|Service|Base|Common)s?$")]
    private static partial Regex EmptyEnding();

    [GeneratedRegex("""pg_(try_)?advisory_lock|"(set (?!local |constraints )[a-z_]+ (=|to) |listen |set role)|create temp(orary)? table (?!.*on commit drop)""")]
    private static partial Regex SessionWord();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
