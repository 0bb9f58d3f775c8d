using System.Xml.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

/// <summary>The domain has no clock, no random ids and no I/O: the same command on the same state decides the same.</summary>
public sealed class PureDomainTests
{
    private const string Project = "src/Wya.Domain/Wya.Domain.csproj";

    private static readonly BannedSymbols Banned = new(Checkout.Lines("src/Wya.Domain/BannedSymbols.txt"));

    [Fact]
    public void The_compiled_domain_uses_nothing_banned() => Banned.Uses(Checkout.Assembly("Wya.Domain")).ShouldBeEmpty();

    [Fact]
    public void The_domain_references_the_contracts_and_nothing_else()
    {
        var project = XDocument.Parse(Checkout.Text(Project));
        project.Descendants("ProjectReference").Select(reference => (string)reference.Attribute("Include")!)
            .ShouldBe(["../Wya.EventStore/Wya.EventStore.csproj"]);
        project.Descendants("PackageReference").ShouldAllBe(reference => (string?)reference.Attribute("PrivateAssets") == "all");
        Checkout.Assembly("Wya.Domain").MainModule.AssemblyReferences.Select(reference => reference.Name)
            .Where(name => name != "Wya.EventStore" && !name.StartsWith("System.", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_analyzer_reads_the_list_and_nothing_turns_it_off()
    {
        var project = XDocument.Parse(Checkout.Text(Project));
        project.Descendants("AdditionalFiles").ShouldHaveSingleItem().Attribute("Include")!.Value.ShouldBe("BannedSymbols.txt");
        project.Descendants("PackageReference").ShouldHaveSingleItem().Attribute("Include")!.Value
            .ShouldBe("Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Checkout.Files
            .Where(file => file.StartsWith("src/Wya.Domain/", StringComparison.Ordinal) || file.EndsWith(".editorconfig", StringComparison.Ordinal) || file.EndsWith(".props", StringComparison.Ordinal))
            .Where(file => Checkout.Text(file).Contains("RS0030", StringComparison.Ordinal))
            .ShouldBeEmpty("nothing may change the severity of the banned-symbols rule");
    }

    [Fact]
    public void The_list_names_clock_randomness_and_io() => Banned.Count.ShouldBeGreaterThan(15);

    [Theory]
    [InlineData("System", "DateTime", "get_UtcNow")]
    [InlineData("System", "DateTimeOffset", "get_Now")]
    [InlineData("System", "Guid", "NewGuid")]
    [InlineData("System", "Guid", "CreateVersion7")]
    [InlineData("System", "Random", "get_Shared")]
    [InlineData("System.IO", "File", "ReadAllText")]
    [InlineData("System.Net.Http", "HttpClient", "GetAsync")]
    [InlineData("System.Threading.Tasks", "Task", "Delay")]
    public void A_planted_use_is_caught(string space, string type, string method) =>
        Banned.Uses(PlantCall(space, type, method)).ShouldHaveSingleItem();

    [Theory]
    [InlineData("System", "DateTimeOffset", "AddDays")]
    [InlineData("System", "Guid", "Parse")]
    [InlineData("System.IO", "StringReader", "ReadLine")]
    public void What_is_pure_is_allowed(string space, string type, string method) =>
        Banned.Uses(PlantCall(space, type, method)).ShouldBeEmpty();

    private static AssemblyDefinition PlantCall(string space, string type, string method)
    {
        var assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Planted", new Version(1, 0)), "Planted", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        var declaring = new TypeReference(space, type, module, module.TypeSystem.CoreLibrary);
        var culprit = new TypeDefinition("Wya.Domain.Identity", "Culprit", TypeAttributes.Public | TypeAttributes.Class, module.TypeSystem.Object);
        var decide = new MethodDefinition("Decide", MethodAttributes.Public | MethodAttributes.Static, module.TypeSystem.Void);
        ILProcessor code = decide.Body.GetILProcessor();
        code.Emit(OpCodes.Call, new MethodReference(method, module.TypeSystem.Void, declaring));
        code.Emit(OpCodes.Ret);
        culprit.Methods.Add(decide);
        module.Types.Add(culprit);
        return assembly;
    }
}
