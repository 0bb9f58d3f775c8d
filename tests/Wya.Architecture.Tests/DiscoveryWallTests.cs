using Mono.Cecil;
using Mono.Cecil.Cil;
using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

/// <summary>
/// Discovery knows who is around from the events of presence alone, and never asks for it: nothing there mentions what reads
/// the keys.
/// </summary>
public sealed class DiscoveryWallTests
{
    private static readonly string[] Readers = ["Wya.Projections.Presence.PresenceKeys", "Wya.Projections.Presence.PresenceCensus", "Wya.Api.Around.Presences"];

    [Fact]
    [Trait("seed", "2.4")]
    public void Discovery_never_asks_for_presences() => Checkout.Assemblies.SelectMany(Breaches).ShouldBeEmpty();

    [Fact]
    public void The_readers_are_named_as_they_are() =>
        Checkout.Assemblies.SelectMany(Mentions.AllTypes).Select(type => type.FullName).Intersect(Readers).Order().ShouldBe(Readers.Order());

    [Theory]
    [InlineData("Wya.Projections.Discovery", "Wya.Projections.Presence", "PresenceKeys", 1)]
    [InlineData("Wya.Projections.Discovery", "Wya.Projections.Presence", "PresenceCensus", 1)]
    [InlineData("Wya.Api.Discovery", "Wya.Api.Around", "Presences", 1)]
    [InlineData("Wya.Api.Discovery.Feed", "Wya.Api.Around", "Presences", 1)]
    [InlineData("Wya.Api.Discovery", "Wya.Projections.Presence", "PresenceChannel", 0)]
    [InlineData("Wya.Api.Presence", "Wya.Api.Around", "Presences", 0)]
    public void A_planted_question_is_caught_and_listening_is_not(string from, string to, string name, int breaches)
    {
        var assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Planted", new Version(1, 0)), "Planted", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        var asked = new TypeDefinition(to, name, TypeAttributes.Public | TypeAttributes.Class, module.TypeSystem.Object);
        var read = new MethodDefinition("Read", MethodAttributes.Public | MethodAttributes.Static, module.TypeSystem.Void);
        read.Body.GetILProcessor().Emit(OpCodes.Ret);
        asked.Methods.Add(read);
        var culprit = new TypeDefinition(from, "Culprit", TypeAttributes.Public | TypeAttributes.Class, module.TypeSystem.Object);
        var method = new MethodDefinition("Run", MethodAttributes.Public, module.TypeSystem.Void);
        method.Body.GetILProcessor().Emit(OpCodes.Call, read);
        method.Body.GetILProcessor().Emit(OpCodes.Ret);
        culprit.Methods.Add(method);
        module.Types.Add(asked);
        module.Types.Add(culprit);

        Breaches(assembly).Count().ShouldBe(breaches);
    }

    private static IEnumerable<string> Breaches(AssemblyDefinition assembly) =>
        (from type in Mentions.AllTypes(assembly)
         where DomainWalls.DomainOf(Mentions.Namespace(type)) == "Discovery"
         from mentioned in Mentions.Types(type)
         where Readers.Contains(mentioned.FullName)
         select $"{type.FullName} mentions {mentioned.FullName}").Distinct();
}
