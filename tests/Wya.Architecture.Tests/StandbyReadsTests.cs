using Mono.Cecil;
using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

/// <summary>
/// Nothing is decided by what a standby says: in the compiled code one place asks for a session to one, and the endpoints
/// that may answer from it are those that a page names with the reason why.
/// </summary>
public sealed class StandbyReadsTests
{
    private const string Door = "Wya.Api.Http.StandbyRows";

    [Fact]
    public void One_place_asks_for_a_session_to_a_standby() =>
        Callers("Wya.EventStore.Postgres.DatabaseHosts", "get_Replicas").ShouldBe([Door]);

    [Fact]
    public void The_endpoints_that_may_answer_from_one_are_those_of_the_page()
    {
        string page = File.ReadAllText(Path.Combine(Checkout.Root, "docs/explanation/replicas.md"));
        string[] named = [.. Callers(Door, "MayAnswerFromStandby").Select(name => name.Split('.')[^1].Replace("Endpoint", "", StringComparison.Ordinal))];

        named.ShouldNotBeEmpty();
        named.Where(name => !page.Contains($"| `{name}` |", StringComparison.Ordinal)).ShouldBeEmpty();
        page.Split('\n').Count(line => line.StartsWith("| `", StringComparison.Ordinal)).ShouldBe(named.Length);
    }

    [Fact]
    public void Whoever_reads_rows_that_may_be_a_standbys_is_one_of_them()
    {
        string[] may = [.. Callers(Door, "MayAnswerFromStandby")];
        Callers(Door, "RowsOf").Except(may).ShouldBeEmpty();
        Callers(Door, "RowsOf").ShouldNotBeEmpty();
    }

    private static IReadOnlyList<string> Callers(string type, string method) =>
    [
        .. (from assembly in Checkout.Assemblies
            from caller in Mentions.AllTypes(assembly)
            where caller.Methods.Any(body => body.HasBody && body.Body.Instructions.Any(instruction =>
                instruction.Operand is MethodReference called && called.Name == method && called.DeclaringType.FullName == type))
            select Outermost(caller).FullName).Where(name => name != type || method == "get_Replicas").Distinct().Order(StringComparer.Ordinal),
    ];

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
