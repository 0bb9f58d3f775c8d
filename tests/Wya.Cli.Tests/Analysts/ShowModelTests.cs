using System.Text.Json;
using Shouldly;
using Xunit;

namespace Wya.Cli.Tests.Analysts;

[Collection(SmallTown.Collection)]
public sealed class ShowModelTests(SmallTown town)
{
    [Fact]
    public async Task A_model_is_shown_as_it_was_while_the_live_one_stays_as_it_is()
    {
        Ran before = await town.Wya("models", "show", "edges", "--at", "1", "--json");
        before.Output.ShouldBeEmpty();
        JsonElement[] edges = (await town.Wya("models", "show", "edges", "--as-of", "2026-11-02T16:00:00Z", "--json")).JsonLines;
        edges.Length.ShouldBe(2); // both ways
        edges.ShouldAllBe(edge => edge.GetProperty("position").GetInt64() == 2 && edge.GetProperty("row").GetProperty("from_user").GetGuid() != SmallTown.Cem);
        (await town.Database("graph").Scalar<long>("select count(*) from public.edges")).ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Rows_can_be_picked_by_a_column_and_what_is_sealed_is_masked()
    {
        Ran ran = await town.Wya("models", "show", "Users", "--domain", "identity", "--at", "3", "--key", $"user_id={SmallTown.Ada}", "--json");
        (ran.ExitCode, ran.Error).ShouldBe((0, ""));
        ran.Output.ShouldContain("\"table\":\"personal_details\"");
        ran.Output.ShouldContain("\"sealed\"");
        ran.Output.ShouldNotContain("sealed1:");
        ran.Output.ShouldNotContain("\"ada\"");
        Ran table = await town.Wya("models", "show", "Users", "--domain", "identity", "--at", "3");
        table.Lines[0].ShouldBe("Users of identity as of position 3 of identity's log; what is sealed is masked, so that a handle looks like that of somebody who was erased.");
        table.Output.ShouldContain("suspensions: no rows");
    }

    [Fact]
    public async Task What_follows_another_log_is_shown_as_of_that_logs_positions()
    {
        Ran ran = await town.Wya("models", "show", "GraphPeople", "--at", "2", "--json");
        (ran.ExitCode, ran.Error).ShouldBe((0, ""));
        ran.JsonLines.Length.ShouldBe(2); // Ada and Bo
    }

    [Fact]
    public async Task What_is_not_there_is_refused()
    {
        (await town.Wya("models", "show", "Users", "--domain", "identity", "--at", "99")).Error.Trim()
            .ShouldBe("The log of identity is at position 12; it has no position 99.");
        (await town.Wya("models", "show", "Users", "--domain", "identity", "--at", "1", "--key", "nonsense=1")).Error.Trim()
            .ShouldBe("No table of Users has nonsense.");
        (await town.Wya("models", "show", "Users", "--domain", "identity")).ExitCode.ShouldBe(2);
        (await town.Wya("models", "show", "Userz", "--domain", "identity", "--at", "1")).Error.ShouldStartWith("There is no projection 'Userz'; did you mean 'Users'?");
    }
}
