using System.Collections.Frozen;
using System.Reflection;
using Wya.Api.Access;
using Wya.Api.Http;

namespace Wya.Api.Documentation;

/// <summary>Explains each problem where its type points to, from the same table that people read: docs/reference/problems.md.</summary>
internal static class ProblemPages
{
    /// <param name="Type">As in the problem itself.</param>
    /// <param name="Meaning">What stood in the way, and what to do.</param>
    internal sealed record ProblemPage(string Type, string Title, int Status, string Meaning);

    public static FrozenDictionary<string, ProblemPage> All { get; } = Read().ToFrozenDictionary(page => page.Type[Problem.TypePrefix.Length..]);

    public static void MapProblems(this IEndpointRouteBuilder routes) => routes
        .MapGet("/problems/{code}", (string code) =>
            All.TryGetValue(code, out ProblemPage? page) ? (IResult)TypedResults.Ok(page) : Problems.ProblemUnknown)
        .AllowAnyone()
        .WithTags("Problems")
        .Describe("ShowProblem", "Explain a problem", "What a problem's type points to.")
        .Produces<ProblemPage>()
        .Refuses(Problems.ProblemUnknown);

    /// <summary>Rows of the form <c>| `code` | 409 | meaning |</c>.</summary>
    private static IEnumerable<ProblemPage> Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("problems.md")!;
        using var reader = new StreamReader(stream);
        foreach (string line in reader.ReadToEnd().Split('\n'))
        {
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells is ["", ['`', .. var code, '`'], var status, var meaning, ""])
            {
                yield return new ProblemPage(
                    Problem.TypePrefix + code,
                    Problem.TitleOf(code),
                    int.Parse(status, System.Globalization.CultureInfo.InvariantCulture),
                    meaning.Replace("`", "", StringComparison.Ordinal));
            }
        }
    }
}
