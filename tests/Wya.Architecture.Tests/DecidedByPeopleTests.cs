using Mono.Cecil;
using Mono.Cecil.Cil;
using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

/// <summary>
/// No program restricts anybody: in the compiled code, events that do are made by two decisions alone, and these are called
/// by the endpoints of moderators alone.
/// </summary>
public sealed class DecidedByPeopleTests
{
    private static readonly string[] Restricting =
    [
        "WarningIssued", "RestrictionApplied", "CapabilityRestricted", "SuspensionApplied", "BanApplied", "ContentTakenDown",
    ];

    private static readonly string[] Deciders = ["Wya.Domain.Safety.TakeAction", "Wya.Domain.Safety.ApproveBan"];
    private static readonly string[] Doors = ["Wya.Api.Safety.TakeActionEndpoint", "Wya.Api.Safety.ApproveBanEndpoint"];

    [Fact]
    [Trait("seed", "7.2")]
    public void Nothing_but_what_two_people_or_one_decide_restricts_anybody() =>
        Checkout.Assemblies.SelectMany(Makers).Except(Deciders).ShouldBeEmpty();

    [Fact]
    [Trait("seed", "7.2")]
    public void Nothing_but_moderators_endpoints_decides() =>
        Checkout.Assemblies.SelectMany(Callers).Except(Doors).ShouldBeEmpty();

    [Fact]
    public void Both_are_found_by_the_same_search()
    {
        Checkout.Assemblies.SelectMany(Makers).Distinct().Order().ShouldBe(Deciders.Order());
        Checkout.Assemblies.SelectMany(Callers).Distinct().Order().ShouldBe(Doors.Order());
    }

    [Fact]
    public void A_planted_program_that_restricts_is_caught()
    {
        var assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Planted", new Version(1, 0)), "Planted", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        var fact = new TypeDefinition("Wya.Domain.Safety.Events", "SuspensionApplied", TypeAttributes.Public | TypeAttributes.Class, module.TypeSystem.Object);
        var made = new MethodDefinition(".ctor", MethodAttributes.Public | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName, module.TypeSystem.Void);
        made.Body.GetILProcessor().Emit(OpCodes.Ret);
        fact.Methods.Add(made);
        var culprit = new TypeDefinition("Wya.Projections.Safety", "Automaton", TypeAttributes.Public | TypeAttributes.Class, module.TypeSystem.Object);
        var method = new MethodDefinition("Run", MethodAttributes.Public, module.TypeSystem.Void);
        method.Body.GetILProcessor().Emit(OpCodes.Newobj, made);
        method.Body.GetILProcessor().Emit(OpCodes.Pop);
        method.Body.GetILProcessor().Emit(OpCodes.Ret);
        culprit.Methods.Add(method);
        module.Types.Add(fact);
        module.Types.Add(culprit);

        Makers(assembly).ShouldBe(["Wya.Projections.Safety.Automaton"]);
    }

    private static IEnumerable<string> Makers(AssemblyDefinition assembly) => Outermost(
        assembly,
        method => method.Name == ".ctor" && method.DeclaringType.Namespace == "Wya.Domain.Safety.Events" && Restricting.Contains(method.DeclaringType.Name));

    private static IEnumerable<string> Callers(AssemblyDefinition assembly) =>
        Outermost(assembly, method => method.Name == "Decide" && Deciders.Contains(method.DeclaringType.FullName));

    /// <summary>By where the code was written: closures belong there. A record's own copying makes nothing new.</summary>
    private static IEnumerable<string> Outermost(AssemblyDefinition assembly, Func<MethodReference, bool> isMeant) =>
        (from type in Mentions.AllTypes(assembly)
         where type.Namespace != "Wya.Domain.Safety.Events"
         where Mentions.Methods(type).Any(isMeant)
         select Outer(type).FullName).Distinct();

    private static TypeDefinition Outer(TypeDefinition type) => type.DeclaringType is null ? type : Outer(type.DeclaringType);
}
