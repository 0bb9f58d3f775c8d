using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>The pages of docs/reference say what the code says.</summary>
public sealed partial class ReferenceTests(SharedApi shared)
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_problem_is_documented_and_every_documented_problem_exists()
    {
        Dictionary<string, int> inCode = ProblemsInCode();
        inCode.Count.ShouldBeGreaterThan(30);
        Dictionary<string, int> documented = ProblemPages.All.ToDictionary(page => page.Key, page => page.Value.Status);
        documented.OrderBy(row => row.Key).ShouldBe(inCode.OrderBy(row => row.Key));
    }

    [Fact]
    public void No_problem_is_made_outside_the_lists()
    {
        // A code that is written anywhere else in the sources would escape the comparison above.
        HashSet<string> listed = [.. ProblemsInCode().Keys];
        string[] written =
        [
            .. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .SelectMany(file => MadeCode().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value)),
        ];
        written.Length.ShouldBeGreaterThan(30);
        written.Except(listed).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_problem_is_explained_where_its_type_points_to()
    {
        ApiHost api = await shared.Host();
        foreach (string code in ProblemPages.All.Keys)
        {
            Answer page = await api.Anonymous.Send("GET", $"/problems/{code}");
            page.Status.ShouldBe(200);
            page.String("type").ShouldBe($"/problems/{code}");
            page.String("meaning").ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task The_table_of_endpoints_is_the_endpoints()
    {
        ApiHost api = await shared.Host();
        IReadOnlyList<string> expected = EndpointTable.Rows(api.Services.GetRequiredService<EndpointDataSource>());
        string[] documented = [.. File.ReadAllLines(Path.Combine(Root, "docs/reference/http-api.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        documented.ShouldBe(expected, string.Join('\n', expected));
    }

    [Fact]
    public void The_table_of_endpoints_names_an_admission_that_is_explained_for_each()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs/reference/http-api.md"));
        string explained = File.ReadAllText(Path.Combine(Root, "docs/explanation/capabilities.md"));
        foreach (string row in page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            string admission = row.Split('|')[3].Trim();
            string capability = admission.StartsWith("self or ", StringComparison.Ordinal) ? admission["self or ".Length..] : admission;
            (page.Contains($"*{admission}*:", StringComparison.Ordinal) || explained.Contains($"| `{capability}` |", StringComparison.Ordinal))
                .ShouldBeTrue(row);
        }
    }

    [Fact]
    public void Every_setting_is_documented()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs/reference/settings.md"));
        string code = string.Concat(new[] { "src/Wya.Api/Settings.cs", "src/Wya.Projections/Relay/RelaySettings.cs" }.Select(file => File.ReadAllText(Path.Combine(Root, file))));
        string[] read = [.. SettingKey().Matches(code).Select(match => match.Value.Trim('"').Replace(":", "__")).Distinct()];
        read.Length.ShouldBeGreaterThan(7);
        foreach (string setting in read)
        {
            page.ShouldContain($"`{setting}`");
        }
    }

    private static Dictionary<string, int> ProblemsInCode()
    {
        object?[] values =
        [
            .. new[] { typeof(Problems), typeof(IdentityRefusals), typeof(StoreRefusals), typeof(RebuildRefusals) }
                .Select(type => type.Assembly).Distinct()
                .SelectMany(assembly => assembly.GetTypes())
                .Where(type => !type.ContainsGenericParameters)
                .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Where(field => !field.IsLiteral && Holds(field.FieldType))
                .Select(field => field.GetValue(null)),
            Problems.MalformedRequest(""), Problems.CapabilityMissing("x"), Problems.AccountSuspended(default), Problems.TooManyRequests(default), Problems.StoreUnavailable(default),
        ];
        return values.OfType<Problem>()
            .Concat(values.OfType<Refusal>().Concat(values.OfType<IEnumerable<Refusal>>().SelectMany(all => all)).Select(Problem.Of))
            .GroupBy(problem => problem.Code)
            .ToDictionary(same => same.Key, same => same.Select(problem => problem.Status).Distinct().Single());
    }

    private static bool Holds(Type type) => type == typeof(Problem) || type == typeof(Refusal) || type.IsAssignableTo(typeof(IEnumerable<Refusal>));

    internal static string FindRoot()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Wya.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex("""(?:new(?: Refusal| Problem)?)\(\s*"(?<code>[a-z]+(?:-[a-z]+)+)"\s*,""")]
    private static partial Regex MadeCode();

    [GeneratedRegex("\"Wya(:|__)[A-Za-z:_]+\"")]
    private static partial Regex SettingKey();
}
