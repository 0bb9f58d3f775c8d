using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Rebuild;

/// <summary>What operators can ask, and what survives the death of a worker.</summary>
public sealed class RebuildVerbTests
{
    [Fact]
    public async Task Verbs_with_nothing_to_do_are_refused()
    {
        await using RebuildScene scene = await RebuildScene.Set(1, 1);
        string name = scene.Model.Name;

        (await scene.Rebuilds.Request("Nothing", "olga")).Refusal.ShouldBe(RebuildRefusals.UnknownReadModel);
        (await scene.Rebuilds.Pause(name, "olga")).Refusal.ShouldBe(RebuildRefusals.NothingToPause);
        (await scene.Rebuilds.Resume(name, "olga")).Refusal.ShouldBe(RebuildRefusals.NothingToResume);
        (await scene.Rebuilds.Cancel(name, "olga")).Refusal.ShouldBe(RebuildRefusals.NothingToCancel);
        (await scene.Rebuilds.SwitchBack(name, "olga")).Refusal.ShouldBe(RebuildRefusals.NothingToSwitchBack);
        (await scene.Rebuilds.DropRetired(name, "olga")).Refusal.ShouldBe(RebuildRefusals.NothingToDrop);
        (await scene.Rebuilds.List()).ShouldBeEmpty();
        (await scene.Rebuilds.Show(name)).ShouldBeNull();
        (await scene.Worker().RunOnce(CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task One_job_at_a_time_for_a_read_model()
    {
        await using RebuildScene scene = await RebuildScene.Set(1, 1);
        RebuildAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => scene.Rebuilds.Request(scene.Model.Name, "olga")));

        answers.Count(answer => !answer.IsRefused).ShouldBe(1);
        answers.Where(answer => answer.IsRefused).ShouldAllBe(answer => answer.Refusal == RebuildRefusals.RebuildUnderWay);
        (await scene.Rebuilds.DropRetired(scene.Model.Name, "olga")).Refusal.ShouldBe(RebuildRefusals.RebuildUnderWay);
    }

    [Fact]
    public async Task Two_workers_do_not_work_on_one_read_model()
    {
        var fold = new StoppingFold(stopAt: 100);
        await using RebuildScene scene = await RebuildScene.Set(2, 100);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        Task<bool> first = scene.Worker(fold: fold.Fold).RunOnce(CancellationToken.None);
        await fold.Stopped;

        (await scene.Worker().RunOnce(CancellationToken.None)).ShouldBeFalse();
        fold.GoOn();
        (await first).ShouldBeTrue();
        (await scene.Rebuilds.Show(scene.Model.Name))!.State.ShouldBe(RebuildState.Done);
    }

    [Fact]
    public async Task A_paused_rebuild_keeps_what_it_has_and_goes_on_from_there()
    {
        var fold = new StoppingFold(stopAt: 1000);
        await using RebuildScene scene = await RebuildScene.Set(20, 100);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        Task<bool> working = scene.Worker(fold: fold.Fold).RunOnce(CancellationToken.None);
        await fold.Stopped;
        (await scene.Rebuilds.Pause(scene.Model.Name, "pavel")).Job.ShouldNotBeNull().State.ShouldBe(RebuildState.Paused);
        fold.GoOn();
        await working;

        RebuildJob paused = (await scene.Rebuilds.Show(scene.Model.Name))!;
        paused.State.ShouldBe(RebuildState.Paused);
        paused.ChangedBy.ShouldBe("pavel");
        paused.Position.ShouldBe(800);
        paused.Target.ShouldBe(2020);
        paused.EventsLeft.ShouldBe(1220);
        (await scene.Worker().RunOnce(CancellationToken.None)).ShouldBeFalse();
        (await scene.Database.Scalar<long>("select max(last_position) from shadow.ledger_sums")).ShouldBe(800);

        (await scene.Rebuilds.Resume(scene.Model.Name, "pavel")).Job.ShouldNotBeNull().State.ShouldBe(RebuildState.Running);
        List<long> folded = [];
        RebuildJob done = await scene.Finish(scene.Worker(fold: new LedgerFold { Seen = recorded => folded.Add(recorded.Position) }));
        done.State.ShouldBe(RebuildState.Done);
        done.RowsDiffering.ShouldBe(0);
        folded.ShouldBe(Enumerable.Range(801, 1220).Select(position => (long)position));
    }

    [Fact]
    public async Task A_cancelled_rebuild_leaves_the_live_tables_alone_and_drops_the_shadow()
    {
        var fold = new StoppingFold(stopAt: 1000);
        await using RebuildScene scene = await RebuildScene.Set(20, 100);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        Task<bool> working = scene.Worker(fold: fold.Fold).RunOnce(CancellationToken.None);
        await fold.Stopped;
        (await scene.Rebuilds.Cancel(scene.Model.Name, "pavel")).Job.ShouldNotBeNull().State.ShouldBe(RebuildState.Cancelled);
        fold.GoOn();
        await working;

        (await scene.Database.Scalar<bool>("select to_regclass('shadow.ledger_sums') is null")).ShouldBeTrue();
        (await scene.Rebuilds.Resume(scene.Model.Name, "pavel")).Refusal.ShouldBe(RebuildRefusals.NothingToResume);
        (await scene.Check()).IsNone.ShouldBeTrue();
        (await scene.Rebuilds.Request(scene.Model.Name, "olga")).IsRefused.ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_workers_job_is_taken_up_where_its_rows_stand_and_the_dead_can_write_nothing()
    {
        var fold = new StoppingFold(stopAt: 1000);
        await using RebuildScene scene = await RebuildScene.Set(20, 100);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        Task<bool> killed = scene.Worker(fold: fold.Fold).RunOnce(CancellationToken.None);
        await fold.Stopped;
        await Kill(scene);

        List<long> folded = [];
        RebuildWorker heir = scene.Worker(fold: new LedgerFold { Seen = recorded => folded.Add(recorded.Position) });
        await Eventually.Is(() => heir.RunOnce(CancellationToken.None), "the dead worker's lock is free");
        fold.GoOn();
        await Should.ThrowAsync<Exception>(killed);

        RebuildJob done = (await scene.Rebuilds.Show(scene.Model.Name))!;
        done.State.ShouldBe(RebuildState.Done);
        done.RowsDiffering.ShouldBe(0);
        folded[0].ShouldBe(801);
        folded.Count.ShouldBe(1220);
        (await scene.Check()).IsNone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_worker_that_lost_its_lock_and_not_its_connection_writes_nothing_more()
    {
        var fold = new StoppingFold(stopAt: 1000);
        await using RebuildScene scene = await RebuildScene.Set(20, 100);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        Task<bool> frozen = scene.Worker(fold: fold.Fold).RunOnce(CancellationToken.None);
        await fold.Stopped;
        await scene.Database.Execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");

        var heirFold = new StoppingFold(stopAt: 1500);
        Task<bool> heir = Task.Run(async () =>
        {
            await Eventually.Is(() => scene.Worker(fold: heirFold.Fold).RunOnce(CancellationToken.None), "the lock is free");
            return true;
        });
        await heirFold.Stopped;
        fold.GoOn();
        await frozen;
        RebuildJob heirs = (await scene.Rebuilds.Show(scene.Model.Name))!;
        (heirs.State, heirs.Position).ShouldBe((RebuildState.Running, 1400));
        heirFold.GoOn();
        await heir;

        RebuildJob done = (await scene.Rebuilds.Show(scene.Model.Name))!;
        (done.State, done.RowsDiffering).ShouldBe((RebuildState.Done, 0));
        (await scene.Check()).IsNone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_difference_waits_for_somebody_who_has_seen_it()
    {
        await using RebuildScene scene = await RebuildScene.Set(10, 10);
        string name = scene.Model.Name;
        var changed = new LedgerFold { Factor = 2 };
        await scene.Database.Execute($"update public.ledger_owners set name = 'somebody else' where id = '{scene.Ledgers[3]}'");
        await scene.Rebuilds.Request(name, "olga");
        RebuildJob held = await scene.Finish(scene.Worker(fold: changed));

        (held.State, held.IsHeld, held.RowsDiffering).ShouldBe((RebuildState.Paused, true, 11));
        held.Explanation.ShouldNotBeNull().ShouldContain("ledger_sums: 0 added, 0 removed, 10 changed");
        IReadOnlyList<RowDifference> rows = await scene.Rebuilds.Differences(held.Id);
        rows.Count.ShouldBe(11);
        RowDifference owner = rows[0], sum = rows.First(row => row.Key.GetProperty("id").GetGuid() == scene.Ledgers[9] && row.Table == "ledger_sums");
        (owner.Table, owner.Difference, owner.EventCount).ShouldBe(("ledger_owners", "changed", 1));
        owner.Live!.Value.GetProperty("name").GetString().ShouldNotBeNull().ShouldStartWith("masked ");
        owner.Live!.Value.GetProperty("name").GetString().ShouldNotBe(owner.Rebuilt!.Value.GetProperty("name").GetString());
        (sum.Rebuilt!.Value.GetProperty("balance").GetInt64(), sum.EventCount, sum.Events.Count).ShouldBe((2 * sum.Live!.Value.GetProperty("balance").GetInt64(), 11, 10));
        sum.Events.ShouldAllBe(touching => touching.StreamId == scene.Ledgers[9]);
        (await scene.Database.Scalar<long>("select count(*) from log.wya_rebuild_differences where live::text like '%somebody%' or key::text like '%somebody%'")).ShouldBe(0);
        (await scene.Check()).Rows.ShouldBe(1);

        (await scene.Rebuilds.Resume(name, "olga")).Refusal.ShouldBe(RebuildRefusals.DifferenceNotApproved);
        (await scene.Rebuilds.Approve(name, "another", new Operator("olga", "as meant"))).Refusal.ShouldBe(RebuildRefusals.DifferenceNotAsSeen);
        (await scene.Rebuilds.Approve(name, held.Fingerprint!, "olga")).Refusal.ShouldBe(OperatorRefusals.ReasonMissing);
        (await scene.Rebuilds.Approve(name, held.Fingerprint!, new Operator("olga", "twice as much is meant"))).Job.ShouldNotBeNull().ApprovedBy.ShouldBe("olga");

        // Of the kind that was seen, and so approved: more changed rows. Of another kind: a row that is gone.
        await scene.Append(1, 1);
        await scene.Database.Execute($"delete from public.ledger_sums where id = '{scene.Ledgers[0]}'");
        (await scene.Finish(scene.Worker(fold: changed))).ShouldSatisfyAllConditions(again => again.IsHeld.ShouldBeTrue(), again => again.ApprovedBy.ShouldBeNull());
        (await scene.FinishHeld(scene.Worker(fold: changed))).State.ShouldBe(RebuildState.Done);
        (await scene.Check(changed)).IsNone.ShouldBeTrue();
        (await Operations.Of(scene.Database.Log).List()).Select(done => $"{done.Verb} {done.Actor} {done.Reason}").ShouldBe(
            ["swap olga ", "approve pavel as meant", "approve olga twice as much is meant", "rebuild olga "]);
    }

    [Fact]
    public async Task What_operators_did_cannot_be_changed()
    {
        await using RebuildScene scene = await RebuildScene.Set(1, 1);
        await scene.Rebuilds.Request(scene.Model.Name, new Operator("olga", "to see"));
        Operation done = (await Operations.Of(scene.Database.Log).List()).ShouldHaveSingleItem();
        (done.Domain, done.Verb, done.Target, done.Actor, done.Reason, done.Outcome).ShouldBe(("rebuild", "rebuild", scene.Model.Name, "olga", "to see", "ordered"));
        done.Numbers.GetProperty("target").GetInt64().ShouldBe(2);
        foreach (string change in new[] { "update log.wya_operations set actor = 'pavel'", "delete from log.wya_operations", "truncate log.wya_operations" })
        {
            await Should.ThrowAsync<PostgresException>(() => scene.Database.Execute(change));
        }
    }

    [Fact]
    public async Task A_limit_holds_from_the_moment_it_is_set_and_a_forecast_is_made_from_what_was_measured()
    {
        await using RebuildScene scene = await RebuildScene.Set(5, 99);
        string name = scene.Model.Name;
        Forecast sampled = (await scene.Rebuilds.Forecast([name])).ShouldNotBeNull().ShouldHaveSingleItem();
        (sampled.Events, sampled.BasedOn).ShouldBe((500, "sample"));
        sampled.EventsASecond.ShouldBeGreaterThan(0);
        sampled.BytesToWrite.ShouldBeGreaterThan(0);
        (await scene.Rebuilds.Forecast([name], eventsASecondMax: 10)).ShouldNotBeNull()[0].Seconds.ShouldBe(50);
        (await scene.Rebuilds.Forecast(["Nothing"])).ShouldBeNull();

        await scene.Rebuilds.Request([name], "olga", eventsASecondMax: 1);
        Task<RebuildJob> working = scene.Finish(scene.Worker());
        await Eventually.Is(async () => (await scene.Rebuilds.Show(name))!.Position == 200, "the first page is folded, and the limit makes it wait");
        (await scene.Rebuilds.Throttle(name, 1, "olga")).Refusal.ShouldBe(RebuildRefusals.NothingToThrottle);
        (await scene.Rebuilds.Throttle(name, null, "olga")).Job.ShouldNotBeNull().EventsASecondMax.ShouldBeNull();
        (await working).State.ShouldBe(RebuildState.Done);
    }

    [Fact]
    public async Task Replaced_tables_are_dropped_on_demand_or_after_their_time()
    {
        await using RebuildScene scene = await RebuildScene.Set(2, 2);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        await scene.Finish(scene.Worker());
        (await scene.Worker().RunOnce(CancellationToken.None)).ShouldBeFalse();
        (await scene.Rebuilds.DropRetired(scene.Model.Name, "olga")).Job.ShouldNotBeNull().RetiredPosition.ShouldBeNull();
        (await Retired(scene)).ShouldBeFalse();
        (await scene.Rebuilds.SwitchBack(scene.Model.Name, "olga")).Refusal.ShouldBe(RebuildRefusals.NothingToSwitchBack);

        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        await scene.Finish(scene.Worker());
        (await Retired(scene)).ShouldBeTrue();
        (await scene.Worker(RebuildScene.Small with { RetiredKept = TimeSpan.Zero }).RunOnce(CancellationToken.None)).ShouldBeFalse();
        (await Retired(scene)).ShouldBeFalse();
    }

    [Fact]
    public async Task Rows_that_differed_stay_for_as_long_as_replaced_tables_do_and_longer_only_while_somebody_is_to_decide()
    {
        await using RebuildScene scene = await RebuildScene.Set(2, 2);
        Task<long> Kept() => scene.Database.Scalar<long>("select count(*) from log.wya_rebuild_differences");
        RebuildWorker hasty = scene.Worker(RebuildScene.Small with { RetiredKept = TimeSpan.Zero });
        async Task<RebuildJob> Differ()
        {
            await scene.Database.Execute($"update public.ledger_sums set balance = -1 where id = '{scene.Ledgers[0]}'");
            await scene.Rebuilds.Request(scene.Model.Name, "olga");
            return await scene.Finish(scene.Worker());
        }

        RebuildJob held = await Differ();
        await hasty.RunOnce(CancellationToken.None);
        (held.IsHeld, await Kept()).ShouldBe((true, 1));

        await scene.Rebuilds.Cancel(scene.Model.Name, "olga");
        await scene.Worker().RunOnce(CancellationToken.None);
        (await Kept()).ShouldBe(1);
        await hasty.RunOnce(CancellationToken.None);
        (await Kept()).ShouldBe(0);

        held = await Differ();
        await scene.Rebuilds.Approve(scene.Model.Name, held.Fingerprint!, new Operator("olga", "as meant"));
        await scene.Finish(scene.Worker());
        (await Kept()).ShouldBe(1);
        await scene.Rebuilds.DropRetired(scene.Model.Name, "erasure");
        (await Kept()).ShouldBe(0);
    }

    private static Task<bool> Retired(RebuildScene scene) => scene.Database.Scalar<bool>("select to_regclass('retired.ledger_sums') is not null");

    private static Task Kill(RebuildScene scene) => scene.Database.Execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wya-rebuild-rebuild' and datname = current_database()");
}

/// <summary>A fold that stops at a position until it is told to go on, as a frozen process would.</summary>
public sealed class StoppingFold
{
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoppingFold(long stopAt) => Fold = new LedgerFold
    {
        Seen = recorded =>
        {
            if (recorded.Position == stopAt)
            {
                stopped.TrySetResult();
                goOn.Task.Wait(TimeSpan.FromMinutes(1));
            }
        },
    };

    public LedgerFold Fold { get; }

    public Task Stopped => stopped.Task;

    public void GoOn() => goOn.TrySetResult();
}
