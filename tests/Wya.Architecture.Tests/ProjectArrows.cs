using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

/// <summary>Which project may reference which: Api, Cli → Projections → Domain → EventStore, and EventStore.Postgres → EventStore.</summary>
public sealed class ProjectArrows
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Wya.EventStore"] = [],
        ["Wya.EventStore.Postgres"] = ["Wya.EventStore"],
        ["Wya.Domain"] = ["Wya.EventStore"],
        ["Wya.Projections"] = ["Wya.Domain", "Wya.EventStore", "Wya.EventStore.Postgres"],
        ["Wya.Api"] = ["Wya.Projections", "Wya.Domain", "Wya.EventStore", "Wya.EventStore.Postgres"],
        ["Wya.Cli"] = ["Wya.Projections", "Wya.Domain", "Wya.EventStore", "Wya.EventStore.Postgres"],
    };

    [Fact]
    public void The_projects_are_those_of_the_design() =>
        Checkout.Projects.Where(InSource).Select(Path.GetFileNameWithoutExtension).ShouldBe(Allowed.Keys, ignoreOrder: true);

    [Fact]
    public void Projects_reference_only_along_the_arrows() =>
        Checkout.Projects.Where(InSource)
            .SelectMany(file => Wrong(Path.GetFileNameWithoutExtension(file), References(Checkout.Text(file))))
            .ShouldBeEmpty();

    [Fact]
    public void Assemblies_reference_only_along_the_arrows() =>
        Checkout.Assemblies
            .SelectMany(assembly => Wrong(
                assembly.Name.Name == "wya" ? "Wya.Cli" : assembly.Name.Name,
                assembly.MainModule.AssemblyReferences.Select(reference => reference.Name).Where(IsOurs)))
            .ShouldBeEmpty();

    [Fact]
    public void The_contracts_need_no_package() =>
        XDocument.Parse(Checkout.Text("src/Wya.EventStore/Wya.EventStore.csproj")).Descendants("PackageReference").ShouldBeEmpty();

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string[] listed = [.. Regex.Matches(Checkout.Text("Wya.sln"), "\"([^\"]+\\.csproj)\"").Select(match => match.Groups[1].Value.Replace('\\', '/'))];
        listed.ShouldBe(Checkout.Projects, ignoreOrder: true);
    }

    [Fact]
    public void A_planted_arrow_in_the_wrong_direction_is_caught() =>
        Wrong("Wya.Domain", References("""<Project><ItemGroup><ProjectReference Include="..\Wya.Projections\Wya.Projections.csproj" /></ItemGroup></Project>"""))
            .ShouldBe(["Wya.Domain references Wya.Projections"]);

    private static bool InSource(string file) => file.StartsWith("src/", StringComparison.Ordinal);

    private static bool IsOurs(string assembly) => assembly == "wya" || assembly.StartsWith("Wya.", StringComparison.Ordinal);

    private static IEnumerable<string> References(string project) =>
        XDocument.Parse(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));

    private static IEnumerable<string> Wrong(string project, IEnumerable<string> references) =>
        references.Except(Allowed[project]).Select(reference => $"{project} references {reference}");
}
