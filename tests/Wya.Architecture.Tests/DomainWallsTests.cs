using Mono.Cecil;
using Mono.Cecil.Cil;
using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

public sealed class DomainWallsTests
{
    [Fact]
    [Trait("seed", "P1")]
    [Trait("seed", "1.3")]
    public void A_domain_mentions_only_the_published_events_of_another() =>
        Checkout.Assemblies.SelectMany(DomainWalls.Breaches).ShouldBeEmpty();

    [Fact]
    public void Every_folder_of_the_domain_is_one_of_the_seven() =>
        Directory.GetDirectories(Path.Combine(Checkout.Root, "src/Wya.Domain"))
            .Select(folder => Path.GetFileName(folder)!)
            .Except(DomainWalls.Domains.Concat(["bin", "obj"]))
            .ShouldBeEmpty();

    public static TheoryData<string> Places => ["base", "field", "parameter", "local", "call", "type token", "generic argument", "array", "attribute", "closure"];

    [Theory]
    [MemberData(nameof(Places))]
    public void A_planted_breach_is_caught(string place)
    {
        AssemblyDefinition planted = Plant("Wya.Projections.Graph", "Wya.Domain.Identity", place);
        DomainWalls.Breaches(planted).ShouldHaveSingleItem().ShouldEndWith("mentions Wya.Domain.Identity.Thing");
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_published_events_may_be_mentioned_anywhere(string place) =>
        DomainWalls.Breaches(Plant("Wya.Projections.Graph", "Wya.Domain.Identity.Events", place)).ShouldBeEmpty();

    [Theory]
    [InlineData("Wya.Api.Identity", "Wya.Domain.Identity")]
    [InlineData("Wya.Api", "Wya.Domain.Identity")]
    public void Ones_own_domain_and_the_table_of_contents_are_free(string from, string to) =>
        DomainWalls.Breaches(Plant(from, to, "call")).ShouldBeEmpty();

    [Theory]
    [InlineData("Wya.Projections.Identity.Events")]
    [InlineData("Wya.Domain.Identity.EventsAndMore")]
    public void Only_the_domains_own_events_are_published(string to) =>
        DomainWalls.Breaches(Plant("Wya.Projections.Graph", to, "call")).ShouldHaveSingleItem();

    /// <summary>A tiny assembly in which a type of one namespace mentions a type of another, in one place.</summary>
    private static AssemblyDefinition Plant(string from, string to, string place)
    {
        var assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Planted", new Version(1, 0)), "Planted", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        TypeSystem known = module.TypeSystem;
        var thing = new TypeDefinition(to, "Thing", TypeAttributes.Public | TypeAttributes.Class, known.Object);
        var act = new MethodDefinition("Act", MethodAttributes.Public | MethodAttributes.Static, known.Void);
        act.Body.GetILProcessor().Emit(OpCodes.Ret);
        thing.Methods.Add(act);
        var culprit = new TypeDefinition(from, "Culprit", TypeAttributes.Public | TypeAttributes.Class, known.Object);
        var method = new MethodDefinition("Run", MethodAttributes.Public, known.Void);
        ILProcessor code = method.Body.GetILProcessor();
        TypeDefinition owner = culprit;
        switch (place)
        {
            case "base":
                culprit.BaseType = thing;
                break;
            case "field":
                culprit.Fields.Add(new FieldDefinition("field", FieldAttributes.Private, thing));
                break;
            case "parameter":
                method.Parameters.Add(new ParameterDefinition(thing));
                break;
            case "local":
                method.Body.Variables.Add(new VariableDefinition(thing));
                break;
            case "call":
                code.Emit(OpCodes.Call, act);
                break;
            case "type token":
                code.Emit(OpCodes.Ldtoken, thing);
                code.Emit(OpCodes.Pop);
                break;
            case "generic argument":
                var list = new GenericInstanceType(new TypeReference("System.Collections.Generic", "List`1", module, known.CoreLibrary));
                list.GenericArguments.Add(thing);
                culprit.Fields.Add(new FieldDefinition("field", FieldAttributes.Private, list));
                break;
            case "array":
                culprit.Fields.Add(new FieldDefinition("field", FieldAttributes.Private, new ArrayType(thing)));
                break;
            case "attribute":
                culprit.CustomAttributes.Add(new CustomAttribute(new MethodReference(".ctor", known.Void, thing) { HasThis = true }));
                break;
            case "closure":
                owner = new TypeDefinition("", "Closure", TypeAttributes.NestedPrivate | TypeAttributes.Class, known.Object);
                culprit.NestedTypes.Add(owner);
                code.Emit(OpCodes.Call, act);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(place));
        }

        code.Emit(OpCodes.Ret);
        owner.Methods.Add(method);
        module.Types.Add(thing);
        module.Types.Add(culprit);
        return assembly;
    }
}
