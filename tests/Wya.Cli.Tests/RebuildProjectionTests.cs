using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class RebuildProjectionTests
{
    [Fact]
    public async Task A_rebuild_is_ordered_followed_to_its_end_and_can_be_switched_back()
    {
        await using House house = await Town(people: 20);
        house.RunRebuildWorker();
        Ran ran = await house.Wya("projections", "rebuild", "users");
        (ran.ExitCode, ran.Error).ShouldBe((0, ""));
        ran.Output.ShouldMatch(@"^Done: rebuild of Users in [\d.:]+ s, 40 events, swapped at position 40; 0 rows differed from the tables before\.");
        (await house.Database.Scalar<long>("select count(*) from public.users where verified_at is not null")).ShouldBe(20);
        (await house.Database.Scalar<long>("select count(*) from retired.users")).ShouldBe(20);

        Ran back = await house.Wya("projections", "switch-back", "Users", "--json");
        back.ExitCode.ShouldBe(0);
        back.Json.GetProperty("kind").GetString().ShouldBe("switch_back");
        back.Json.GetProperty("state").GetString().ShouldBe("done");

        Ran list = await house.Wya("projections", "rebuilds", "--json");
        list.JsonLines.Select(job => job.GetProperty("kind").GetString()).ShouldBe(["switch_back", "rebuild"]);
        (await house.Wya("projections", "rebuilds", "--limit", "1")).Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_difference_is_looked_at_and_approved_before_the_swap()
    {
        await using House house = await Town(people: 3);
        await house.Database.Execute("update public.users set verified_at = null where handle = 'person1'");
        (await house.Wya("projections", "rebuild", "Users", "--forecast")).Output.ShouldMatch(@"^Users: 6 events at [\d,]+/s is about [\d.]+ s \(by the beginning of the log, just folded\); reads ");
        house.RunRebuildWorker();
        Ran held = await house.Wya("projections", "rebuild", "Users", "--reason", "New in 1.4.2");
        held.ExitCode.ShouldBe(1);
        held.Error.ShouldStartWith("The rebuild of Users is held. Live and new tables differ at position 6");
        (await house.Wya("projections", "list", "--json")).JsonLines[0].GetProperty("rebuild").GetString().ShouldBe("rebuild paused");
        (await house.Wya("projections", "resume", "Users", "--rebuild")).Error.Trim()
            .ShouldBe("Users: Rows differ: look at them and approve the difference, or cancel the rebuild.");

        Ran differences = await house.Wya("projections", "differences", "Users");
        differences.Output.ShouldContain("users: 0 added, 0 removed, 1 changed");
        differences.Output.ShouldContain("user.verified@");
        differences.Output.ShouldNotContain("person1");
        string fingerprint = (await house.Wya("projections", "rebuilds", "--json")).JsonLines[0].GetProperty("fingerprint").GetString()!;
        (await house.Wya("projections", "approve", "Users", "--fingerprint", "0", "--reason", "seen")).Error.ShouldContain("its fingerprint is another");
        (await house.Wya("projections", "approve", "Users", "--fingerprint", fingerprint, "--reason", "seen", "--actor", "mara")).Output
            .ShouldStartWith("Approved: 1 row of Users may differ;");
        await Eventually.Is(
            async () => (await house.Wya("projections", "rebuilds", "--json")).JsonLines[0].GetProperty("state").GetString() == "done", "it is done");
        (await house.Database.Scalar<long>("select count(*) from public.users where verified_at is not null")).ShouldBe(3);
        (await house.Wya("operations", "list", "--json")).JsonLines.Select(one => one.GetProperty("verb").GetString()).ShouldBe(["swap", "approve", "rebuild"]);
        (await house.Wya("operations", "list", "--limit", "2")).Output.ShouldContain("seen");
    }

    [Fact]
    public async Task The_rows_of_a_stream_alone_are_written_where_they_differ()
    {
        await using House house = await Town(people: 2);
        house.RunRebuildWorker();
        Guid id = await house.Database.Scalar<Guid>("select id from public.users where handle = 'person2'");
        await house.Database.Execute("update public.users set verified_at = null");
        (await house.Wya("projections", "rebuild", "Users", "--stream", id.ToString())).Output.Trim().ShouldBe("Done: 1 row of Users differed and was written anew, as of position 4.");
        Ran nothing = await house.Wya("projections", "rebuild", "Users", "--stream", id.ToString());
        (nothing.ExitCode, nothing.Error.Trim()).ShouldBe((1, "Users, as of position 4: No row differed from its fold: nothing was written."));
        (await house.Wya("projections", "rebuild", "Users", "PresenceSettings", "--stream", id.ToString())).ExitCode.ShouldBe(2);
        (await house.Database.Scalar<long>("select count(*) from public.users where verified_at is not null")).ShouldBe(1);
        (await house.Wya("projections", "throttle", "Users", "--rate", "10")).Error.Trim().ShouldBe("Users: No rebuild of this read model is under way, or it has this limit already.");
    }

    [Fact]
    public async Task Without_a_worker_it_says_so_and_leaving_leaves_it_ordered()
    {
        await using House house = await Town(people: 1);
        Tool tool = house.Tool(workerWait: TimeSpan.Zero);
        using var interrupt = new CancellationTokenSource();
        Task<Ran> following = tool.Run(["projections", "rebuild", "Users", "--actor", "mara"], interrupt.Token);
        await Eventually.Is(() => tool.ErrorSoFar.StartsWith("No worker has taken up the rebuild of Users yet", StringComparison.Ordinal), "it has said so");
        await interrupt.CancelAsync();
        Ran left = await following;
        left.ExitCode.ShouldBe(130);
        left.Error.ShouldContain("No longer watching: the rebuild of Users goes on.");

        (await house.Wya("projections", "rebuild", "Users")).ShouldSatisfyAllConditions(
            ran => ran.ExitCode.ShouldBe(1),
            ran => ran.Error.Trim().ShouldBe("Users: This read model is being rebuilt or switched back already; wait for it or cancel it."));
        (await house.Wya("projections", "pause", "Users", "--rebuild")).Output.Trim().ShouldBe("The rebuild of Users is paused at position 0 of 2.");
        Ran cancelled = await house.Wya("projections", "cancel", "Users", "--actor", "bo", "--json");
        cancelled.ExitCode.ShouldBe(0);
        (cancelled.Json.GetProperty("state").GetString(), cancelled.Json.GetProperty("requested_by").GetString(), cancelled.Json.GetProperty("changed_by").GetString())
            .ShouldBe(("cancelled", "mara", "bo"));
        (await house.Wya("projections", "cancel", "Users")).Error.Trim().ShouldBe("Users: No rebuild of this read model is running or paused.");
        (await house.Wya("projections", "switch-back", "Users")).Error.Trim().ShouldBe("Users: No replaced tables of this read model are kept.");
    }

    [Fact]
    public async Task Detached_it_only_orders()
    {
        await using House house = await Town(people: 1);
        Ran ran = await house.Wya("projections", "rebuild", "Users", "--detach");
        ran.ExitCode.ShouldBe(0);
        ran.Output.Trim().ShouldBe("Ordered: rebuild of Users, 2 events to go through. wya projections rebuilds shows how it goes.");
        (await house.Wya("projections", "rebuilds", "--json")).JsonLines[0].GetProperty("step").GetString().ShouldBe("waiting");
        (await house.Wya("projections", "rebuilds", "--json")).JsonLines[0].GetProperty("requested_by").GetString().ShouldBe($"operator:{Environment.UserName}");
    }

    [Fact]
    public async Task On_a_terminal_a_bar_follows_it()
    {
        await using House house = await Town(people: 5);
        house.RunRebuildWorker();
        Ran ran = await house.Tool(toTerminal: true).Run(["projections", "rebuild", "Users"], TestContext.Current.CancellationToken);
        (ran.ExitCode, ran.Error).ShouldBe((0, ""));
        ran.Output.ShouldContain("Done: rebuild of Users");
    }

    private static async Task<House> Town(int people)
    {
        House house = await House.Build();
        for (int i = 1; i <= people; i++)
        {
            Guid user = Guid.CreateVersion7();
            await house.Register(user, $"person{i}");
            await house.Append(user, new UserVerified());
        }

        return house;
    }
}
