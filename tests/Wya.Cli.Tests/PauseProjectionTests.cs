using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class PauseProjectionTests
{
    [Fact]
    public async Task A_paused_projection_stands_until_it_is_resumed()
    {
        await using House house = await House.Build();
        house.RunDaemon();
        await StatusIs(house, "running");

        Ran paused = await house.Wya("projections", "pause", "accounthistory");
        (paused.ExitCode, paused.Output.Trim()).ShouldBe((0, "AccountHistory is paused at position 0, 0 events behind the log."));
        await house.Register(Guid.CreateVersion7(), "mara");
        Ran again = await house.Wya("projections", "pause", "AccountHistory");
        (again.ExitCode, again.Error.Trim()).ShouldBe((1, "AccountHistory is paused already; nothing was changed."));
        (await house.Wya("projections", "list", "--json")).JsonLines[1].GetProperty("position").GetInt64().ShouldBe(0);

        Ran resumed = await house.Wya("projections", "resume", "AccountHistory", "--json");
        resumed.ExitCode.ShouldBe(0);
        resumed.Json.GetProperty("status").GetString().ShouldBe("running");
        await Eventually.Is(
            async () => (await house.Wya("projections", "list", "--json")).JsonLines[1].GetProperty("position").GetInt64() == 1, "it has gone on");
        (await house.Wya("projections", "resume", "AccountHistory")).Error.Trim().ShouldBe("AccountHistory is not paused; nothing was changed.");
    }

    [Fact]
    public async Task What_cannot_be_paused_is_refused_with_the_reason()
    {
        await using House house = await House.Build();
        (await house.Wya("projections", "pause", "AccountHistory")).ShouldSatisfyAllConditions(
            ran => ran.ExitCode.ShouldBe(1),
            ran => ran.Error.Trim().ShouldBe("AccountHistory has never run: no daemon has taken it up; nothing was changed."));
        (await house.Wya("projections", "pause", "Users")).Error.Trim()
            .ShouldBe("Users is written by the appends themselves and cannot be paused.");
        (await house.Wya("projections", "pause", "Userz")).Error.Trim()
            .ShouldBe("There is no projection 'Userz'; did you mean 'Users'? Known: AccountHistory, DiscoveryPreferences, PermissionAudit, PresenceSettings, Users.");
        (await house.Wya("projections", "pause", "Users", "--rebuild")).Error.Trim()
            .ShouldBe("Users: No rebuild of this read model is running.");
    }

    private static Task StatusIs(House house, string status) => Eventually.Is(
        async () => (await house.Wya("projections", "list", "--json")).JsonLines[1].GetProperty("status").GetString() == status, $"it is {status}");
}
