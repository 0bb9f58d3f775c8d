using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>What an operator can do with a stream that is set aside.</summary>
public sealed class DeadLetterTests
{
    private static readonly DaemonOptions NoRetries = DaemonHouse.Fast with { RetryAfter = [] };

    [Fact]
    public async Task A_dry_run_tells_what_would_happen_and_changes_nothing()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7();
        await using ProjectionDaemon daemon = house.StartDaemon(NoRetries);
        await DeadLetterAt(house, stream, 1, Poison.InFold, 2, Poison.InTable, 3);
        var letters = new DeadLetters();

        DryRun asItIs = (await letters.DryRun(house.Balances, stream)).ShouldNotBeNull();
        (asItIs.Applied, asItIs.FailsAt, asItIs.Remaining).ShouldBe((0, 2, 4));
        asItIs.Error.ShouldNotBeNull().ShouldStartWith("InvalidOperationException");

        Consumer withTheFix = house.ConsumerOfAnotherProcess(new Poison { IsFixed = true });
        (await letters.DryRun(withTheFix, stream)).ShouldBe(new DryRun(4, null, null, 0));
        (await house.Rows())[stream].Events.ShouldBe(1);
        (await house.Parked(stream)).ShouldNotBeNull().EventsWaiting.ShouldBe(4);
        (await letters.DryRun(house.Balances, Guid.CreateVersion7())).ShouldBeNull();
    }

    [Fact]
    public async Task A_retry_after_the_fix_applies_everything_in_order()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7();
        await using ProjectionDaemon daemon = house.StartDaemon(NoRetries with { SlowPoll = TimeSpan.FromMinutes(10) });
        await DeadLetterAt(house, stream, 1, Poison.InFold, 2);
        house.Poison.IsFixed = true;
        (await DeadLetters.Retry(house.Balances, stream, new Operator("ada", "fixed in this build"))).ShouldBe(new DeadLetterChange(1, 0, 2));
        await house.Freed(stream);
        await house.RowsAreTheFold();
        (await house.Database.Scalar<string>("select decision || ' ' || reason || ' ' || actor || ' ' || seq_id from log.wya_dead_letter_decisions"))
            .ShouldBe("retry fixed in this build ada 2");
    }

    [Fact]
    public async Task A_retry_without_a_fix_begins_a_fresh_schedule()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7();
        var clock = new ManualClock();
        await using ProjectionDaemon daemon = house.StartDaemon(NoRetries with { RetryAfter = [TimeSpan.FromSeconds(9)] }, clock);
        await house.Deposit(stream, Poison.InFold);
        await house.ParkedIs(stream, letter => letter.Attempts == 1, "it has failed once");
        clock.Advance(TimeSpan.FromSeconds(9));
        await house.ParkedIs(stream, letter => letter.State == "dead", "it is dead");
        await DeadLetters.Retry(house.Balances, stream, new Operator("ada", "try again"));
        await house.ParkedIs(stream, letter => letter is { State: "retrying", Attempts: 1 } && letter.NextRetryAt == clock.GetUtcNow().AddSeconds(9), "it waits again");
    }

    [Fact]
    public async Task Discarding_skips_the_failed_event_and_the_rest_resumes_in_order()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7();
        await using ProjectionDaemon daemon = house.StartDaemon(NoRetries with { SlowPoll = TimeSpan.FromMinutes(10) });
        await DeadLetterAt(house, stream, 1, Poison.InFold, 2, Poison.InFold);
        (await DeadLetters.Discard(house.Balances, stream, new Operator("ada", "never happened"))).ShouldBe(new DeadLetterChange(1, 1, 2));
        await house.ParkedIs(stream, letter => letter is { State: "dead", Position: 4, EventsWaiting: 1 }, "the next poison is a dead letter of its own");
        (await house.Rows())[stream].Trail.ShouldBe(";1;2;");
        (await DeadLetters.Discard(house.Balances, stream, new Operator("ada", "this neither"))).ShouldBe(new DeadLetterChange(1, 1, 0));
        await house.Freed(stream);
        await house.Deposit(stream, 3);
        await house.Caught(house.Balances);
        (await house.Rows())[stream].ShouldBe(new Balance(stream, null, 6, 3, ";1;2;3;"));
        (await DeadLetters.Show(house.Balances, stream)).ShouldBeNull();
        (await house.Database.Scalar<long>("select count(*) from log.wya_dead_letter_decisions where decision = 'discard'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_discard_wins_over_a_retry_under_way()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7();
        await using ProjectionDaemon daemon = house.StartDaemon(NoRetries);
        await DeadLetterAt(house, stream, 1, Poison.InFold, 2);
        using var gate = new Gate();
        house.Poison.IsFixed = true;
        house.Poison.BeforeFold = recorded =>
        {
            if (recorded.Data is Deposited { Amount: Poison.InFold })
            {
                gate.Pass();
            }
        };
        await DeadLetters.Retry(house.Balances, stream, new Operator("ada", "fixed"));
        await Eventually.Is(() => gate.HasWaiter, "the leader is about to apply it");
        (await DeadLetters.Discard(house.Balances, stream, new Operator("ada", "it must not count"))).EventsDiscarded.ShouldBe(1);
        gate.TakeAway();
        await house.Freed(stream);
        (await house.Rows())[stream].Trail.ShouldBe(";1;2;");
    }

    [Fact]
    public async Task Dead_letters_are_listed_in_pages_and_retried_together()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon daemon = house.StartDaemon(NoRetries);
        for (int i = 0; i < 5; i++)
        {
            await house.Deposit(Guid.CreateVersion7(), Poison.InFold);
        }

        await Eventually.Is(async () => (await house.Status()).Dead == 5, "five dead letters");
        IReadOnlyList<DeadLetter> first = await DeadLetters.List(house.Balances, limit: 3);
        IReadOnlyList<DeadLetter> second = await DeadLetters.List(house.Balances, first[^1].Position, 3);
        first.Concat(second).Select(letter => letter.Position).ShouldBe([1L, 2, 3, 4, 5]);
        house.Poison.IsFixed = true;
        (await DeadLetters.RetryAll(house.Balances, new Operator("ada", "fixed"))).ShouldBe(new DeadLetterChange(5, 0, 5));
        await Eventually.Is(async () => (await house.Status()) is { Dead: 0, Parked: 0 }, "all are free");
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task A_verb_refuses_when_there_is_nothing_or_no_reason()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7();
        (await DeadLetters.Retry(house.Balances, stream, new Operator("ada", "why not"))).Refusal.ShouldNotBeNull().Code.ShouldBe("nothing-parked");
        (await DeadLetters.Discard(house.Balances, stream, new Operator("ada", "why not"))).Refusal.ShouldNotBeNull().Code.ShouldBe("nothing-parked");
        (await DeadLetters.RetryAll(house.Balances, new Operator("ada", "why not"))).Refusal.ShouldNotBeNull().Code.ShouldBe("nothing-parked");
        (await DeadLetters.Discard(house.Balances, stream, new Operator("ada", " "))).Refusal.ShouldNotBeNull().Code.ShouldBe("reason-required");
        (await house.Database.Scalar<long>("select count(*) from log.wya_dead_letter_decisions")).ShouldBe(0);
    }

    [Fact]
    public async Task The_clinic_tells_how_far_it_reaches_and_releases_what_the_fix_helps()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon daemon = house.StartDaemon(NoRetries);
        Guid[] helped = [Guid.CreateVersion7(), Guid.CreateVersion7()];
        Guid lost = Guid.CreateVersion7();
        foreach (Guid stream in helped)
        {
            await house.Deposit(stream, 1);
            await house.Deposit(stream, Poison.InFold, 2);
        }

        await house.Deposit(lost, Poison.InTable);
        await Eventually.Is(async () => (await house.Status()).Dead == 3, "three dead letters");
        ParkedOverview overview = await DeadLetters.Overview(house.Balances);
        (overview.Streams, overview.Dead, overview.EventsWaiting, overview.People).ShouldBe((3, 3, 5, 0));
        overview.Kinds.Select(kind => (kind.Streams, kind.Error[..9])).ShouldBe([(2, "InvalidOp"), (1, "23514 bal")]);
        DeadLetter letter = (await DeadLetters.Show(house.Balances, lost))!.Value.Letter;
        (await DeadLetters.FailedEvent(house.Balances, letter)).ShouldNotBeNull().Data.ShouldBe(new Deposited(Poison.InTable));

        var letters = new DeadLetters();
        (await letters.ReleasePassing(house.Balances, new Operator("ada", "perhaps"))).ShouldBe(new ParkedRelease(3, 0, 3, 0, OperatorRefusals.NothingPasses));
        house.Poison.IsFixed = true; // in the fold; the table refuses what it refuses
        house.Poison.IsFixedInTable = false;
        IReadOnlyList<ParkedTrial> trials = await letters.TryAll(house.Balances);
        trials.Select(trial => trial.Passes).ShouldBe([true, true, false]);
        TriedRow row = trials[0].Rows.Where(one => one.Table == "balances").ShouldHaveSingleItem();
        (row.Difference, row.Before!.Value.GetProperty("events").GetInt32(), row.After!.Value.GetProperty("events").GetInt32()).ShouldBe(("changed", 1, 3));
        row.After!.Value.GetProperty("trail").GetString().ShouldNotBeNull().ShouldStartWith("masked ");
        (await house.Rows())[helped[0]].Events.ShouldBe(1);

        (await letters.ReleasePassing(house.Balances, new Operator("ada", "fixed"))).ShouldBe(new ParkedRelease(3, 2, 1, 4));
        await Eventually.Is(async () => (await house.Status()) is { Dead: 1, Parked: 0 }, "the two are free");
        (await house.Rows())[helped[1]].Events.ShouldBe(3);
        Operation released = (await Operations.Of(house.Database.Log).List(limit: 1)).ShouldHaveSingleItem();
        (released.Verb, released.Target, released.Reason, released.Numbers.GetProperty("streams").GetInt32()).ShouldBe(("release", "Balances", "fixed", 2));
    }

    private static async Task DeadLetterAt(DaemonHouse house, Guid stream, params int[] amounts)
    {
        await house.Deposit(stream, amounts);
        await house.ParkedIs(stream, letter => letter.State == "dead", "it is a dead letter");
    }
}
