using Mono.Cecil;
using Mono.Cecil.Cil;
using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

/// <summary>
/// Coordinates end in the first function that sees them. In the compiled code nothing else has a parameter, field or property
/// that is named like one, and only who reads them from a request knows what they are called there.
/// </summary>
public sealed class PositionsEndTests
{
    private static readonly string[] Projects = ["Wya.EventStore", "Wya.EventStore.Postgres", "Wya.Domain", "Wya.Projections", "Wya.Api", "wya"];
    private static readonly string[] Names = ["latitude", "longitude", "lat", "lng", "lon", "coordinates", "coordinate"];
    private static readonly string[] Home = ["Wya.Domain.Presence.ReportedPlace", "Wya.Api.Around.PositionReportJson"];

    [Fact]
    public void Nothing_but_the_first_function_takes_coordinates() =>
        Projects.SelectMany(project => Held(Checkout.Assembly(project), except: Home)).ShouldBeEmpty();

    [Fact]
    public void The_first_function_is_found_by_the_same_search() =>
        Held(Checkout.Assembly("Wya.Domain"), except: []).Distinct().ShouldBe(
            ["Wya.Domain.Presence.ReportedPlace knows latitude", "Wya.Domain.Presence.ReportedPlace knows longitude"]);

    [Theory]
    [InlineData("Latitude")]
    [InlineData("homeLongitude")]
    [InlineData("_lat")]
    public void A_planted_field_is_caught(string name)
    {
        var assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Planted", new Version(1, 0)), "Planted", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        var keeper = new TypeDefinition("Wya.Domain.Presence", "Keeper", TypeAttributes.Public | TypeAttributes.Class, module.TypeSystem.Object);
        keeper.Fields.Add(new FieldDefinition(name, FieldAttributes.Private, module.TypeSystem.Double));
        module.Types.Add(keeper);

        Held(assembly, except: Home).ShouldHaveSingleItem();
    }

    private static IEnumerable<string> Held(AssemblyDefinition assembly, string[] except) =>
        from type in Mentions.AllTypes(assembly)
        where !except.Contains(type.FullName)
        from name in type.Fields.Select(field => field.Name)
            .Concat(type.Properties.Select(property => property.Name))
            .Concat(type.Methods.SelectMany(method => method.Parameters).Select(parameter => parameter.Name))
            .Concat(type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
                .Where(instruction => instruction.OpCode == OpCodes.Ldstr).Select(instruction => (string)instruction.Operand).Where(text => !text.Contains(' ', StringComparison.Ordinal)))
        where IsNamed(name)
        select $"{type.FullName} knows {name}";

    /// <summary>By whole words within the name, however it is written.</summary>
    private static bool IsNamed(string name) =>
        string.Concat(name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : char.IsLetter(letter) ? $"{letter}" : " "))
            .Split(' ').Any(word => Names.Contains(word));
}
