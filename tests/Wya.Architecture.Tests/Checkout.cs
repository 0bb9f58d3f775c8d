using Mono.Cecil;

namespace Wya.Architecture.Tests;

/// <summary>The files of this checkout, and what was compiled from them.</summary>
internal static class Checkout
{
    private static readonly string[] NotOurs = [".git", ".dev", ".vs", ".idea", "bin", "obj", "node_modules", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths from the root, with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(Relative).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Projects => Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    /// <summary>Our own assemblies under src, as they were copied beside this test.</summary>
    public static IReadOnlyList<AssemblyDefinition> Assemblies { get; } =
    [
        .. new[] { "Wya.EventStore", "Wya.EventStore.Postgres", "Wya.Domain", "Wya.Projections", "Wya.Api", "wya" }
            .Select(name => AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, name + ".dll"))),
    ];

    public static AssemblyDefinition Assembly(string name) => Assemblies.Single(assembly => assembly.Name.Name == name);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(child => !NotOurs.Contains(Path.GetFileName(child)))
                .SelectMany(Walk));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wya.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests must run from inside a checkout: no Wya.sln above them.");
    }
}
