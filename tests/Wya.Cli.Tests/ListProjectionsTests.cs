using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class ListProjectionsTests
{
    [Fact]
    public async Task Programs_get_one_object_a_line()
    {
        await using House house = await House.Build();
        await house.Register(Guid.CreateVersion7(), "mara");
        Ran ran = await house.Wya("projections", "list", "--json");
        ran.ExitCode.ShouldBe(0);
        ran.Lines[0].ShouldBe(
            """{"name":"Users","domain":"identity","kind":"inline","status":"running","position":1,"head":1,"lag_events":0,"lag_seconds":0,"parked":0,"dead":0}""");
        ran.JsonLines[1].GetProperty("status").GetString().ShouldBe("never_run");
        ran.JsonLines[1].GetProperty("kind").GetString().ShouldBe("async");
        ran.JsonLines[1].GetProperty("lag_events").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task People_get_a_table_without_colours_where_there_is_no_terminal()
    {
        await using House house = await House.Build();
        Ran ran = await house.Wya("projections", "list");
        ran.Lines[0].ShouldMatch("^name +domain +kind +status +position +head +behind +lag +parked +dead +leader +rebuild +error");
        ran.Lines[1].ShouldMatch("^Users +identity +inline +running");
        ran.Lines[2].ShouldMatch("^AccountHistory +identity +async +never_run");
        ran.Output.ShouldNotContain('\u001b');
    }

    [Fact]
    public async Task A_daemon_that_has_caught_up_shows_as_leader_without_lag()
    {
        await using House house = await House.Build();
        await house.Register(Guid.CreateVersion7(), "mara");
        house.RunDaemon();
        await Eventually.Is(
            async () => (await house.Wya("projections", "list", "--json")).JsonLines[1] is var history
                && history.GetProperty("position").GetInt64() == 1
                && history.GetProperty("leader").GetString() == "a-test"
                && history.GetProperty("status").GetString() == "running",
            "the daemon has caught up");
    }
}
