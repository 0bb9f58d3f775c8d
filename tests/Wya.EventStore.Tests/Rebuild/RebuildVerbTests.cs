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
    public async Task A_rebuild_that_must_not_differ_waits_for_the_operator()
    {
        await using RebuildScene scene = await RebuildScene.Set(10, 10);
        var changed = new LedgerFold { Factor = 2 };
        await scene.Rebuilds.Request(scene.Model.Name, "olga", holdOnDifference: true);
        RebuildJob held = await scene.Finish(scene.Worker(fold: changed));

        held.State.ShouldBe(RebuildState.Paused);
        held.RowsDiffering.ShouldBe(10);
        held.Explanation.ShouldNotBeNull().ShouldContain("ledger_sums: 0 only live, 0 only rebuilt, 10 unequal");
        (await scene.Check()).IsNone.ShouldBeTrue();

        await scene.Rebuilds.Resume(scene.Model.Name, "olga");
        (await scene.Finish(scene.Worker(fold: changed))).State.ShouldBe(RebuildState.Done);
        (await scene.Check(changed)).IsNone.ShouldBeTrue();
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
