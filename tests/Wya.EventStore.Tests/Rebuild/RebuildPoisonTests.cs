using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Rebuild;

/// <summary>Events that cannot be folded, logs that are broken, and parked streams.</summary>
public sealed class RebuildPoisonTests
{
    private static readonly LedgerFold Broken = new() { PoisonAmount = 666 };

    [Fact]
    public async Task Poison_ends_the_rebuild_and_leaves_the_live_tables_alone()
    {
        await using RebuildScene scene = await RebuildScene.Set(5, 100);
        long poison = await scene.Deposit(scene.Ledgers[0], new Deposited(666));
        await scene.Append(0, 10);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob failed = await scene.Finish(scene.Worker(fold: Broken));

        failed.State.ShouldBe(RebuildState.Failed);
        failed.Error.ShouldNotBeNull().ShouldStartWith($"RebuildLedgers: the event at position {poison} cannot be folded: NotSupportedException at LedgerSums.Evolve");
        (await scene.Database.Scalar<bool>("select to_regclass('shadow.ledger_sums') is null")).ShouldBeTrue();
        (await scene.Check()).IsNone.ShouldBeTrue();
        await Should.ThrowAsync<InvalidDataException>(() => scene.Check(Broken));
        (await scene.Rebuilds.Request(scene.Model.Name, "olga")).IsRefused.ShouldBeFalse();
    }

    [Fact]
    public async Task An_event_that_the_database_refuses_is_found_within_its_page()
    {
        await using RebuildScene scene = await RebuildScene.Set(5, 100, inline: false);
        long poison = await scene.Deposit(scene.Ledgers[0], new Deposited(1_000_000));
        await scene.Append(0, 10);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob failed = await scene.Finish(scene.Worker());

        failed.State.ShouldBe(RebuildState.Failed);
        failed.Error.ShouldBe($"RebuildLedgers: the event at position {poison} cannot be folded: 23514 ledger_sums_limit.");
    }

    [Fact]
    public async Task An_event_that_this_build_cannot_read_is_named_and_not_quoted()
    {
        await using RebuildScene scene = await RebuildScene.Set(2, 10);
        await scene.Database.Execute(
            "alter table log.mt_events disable trigger all; update log.mt_events set type = 'ledger.unheard' where seq_id = 7; alter table log.mt_events enable trigger all");
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob failed = await scene.Finish(scene.Worker());

        failed.Error.ShouldBe("RebuildLedgers: the event at position 7 cannot be folded: UnreadableEventException ledger.unheard.");
    }

    [Theory]
    [InlineData(150)]
    [InlineData(200)]
    [InlineData(320)]
    public async Task A_hole_in_the_log_is_an_alarm_and_never_passed_over(long position)
    {
        await using RebuildScene scene = await RebuildScene.Set(2, 200);
        await scene.Database.Execute($"set session_replication_role = replica; alter table log.mt_events disable trigger all; delete from log.mt_events where seq_id = {position}");
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob failed = await scene.Finish(scene.Worker());

        failed.State.ShouldBe(RebuildState.Failed);
        failed.Error.ShouldBe($"The log has a hole at position {position}.");
    }

    [Fact]
    public async Task Archived_events_are_passed_over()
    {
        await using RebuildScene scene = await RebuildScene.Set(3, 100);
        (await scene.Store.Archive(scene.Ledgers[1])).ShouldBeTrue();
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob done = await scene.FinishApproved(scene.Worker());

        done.State.ShouldBe(RebuildState.Done);
        done.RowsDiffering.ShouldBe(2);
        (await scene.Database.Scalar<long>("select count(*) from public.ledger_sums")).ShouldBe(2);
    }

    [Fact]
    public async Task A_parked_stream_is_passed_over_from_the_very_event_that_parked_it()
    {
        await using RebuildScene scene = await Parked(666);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob done = await scene.Finish(scene.Worker(fold: Broken));

        done.Error.ShouldBeNull();
        done.RowsDiffering.ShouldBe(0);
        (await ParkedStreams(scene)).ShouldBe(1);
        (await scene.Check(Broken)).IsNone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_parked_event_that_the_database_refuses_is_passed_over_too()
    {
        await using RebuildScene scene = await Parked(1_000_000);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob done = await scene.Finish(scene.Worker());

        done.Error.ShouldBeNull();
        done.RowsDiffering.ShouldBe(0);
        (await ParkedStreams(scene)).ShouldBe(1);
    }

    [Fact]
    public async Task Poison_in_a_parked_stream_at_another_event_still_ends_the_rebuild()
    {
        await using RebuildScene scene = await Parked(666, parkedAtNext: true);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");

        (await scene.Finish(scene.Worker(fold: Broken))).State.ShouldBe(RebuildState.Failed);
    }

    [Fact]
    public async Task A_stream_that_no_longer_fails_is_folded_and_its_parking_lifted_with_the_swap()
    {
        await using RebuildScene scene = await Parked(666);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob done = await scene.FinishApproved(scene.Worker());

        done.State.ShouldBe(RebuildState.Done);
        done.RowsDiffering.ShouldBe(1);
        (await ParkedStreams(scene)).ShouldBe(0);
        (await scene.Check()).IsNone.ShouldBeTrue();

        // The replaced tables stand without that stream: switching back folds it into them.
        await scene.Rebuilds.SwitchBack(scene.Model.Name, "olga");
        (await scene.Finish(scene.Worker())).State.ShouldBe(RebuildState.Done);
        (await scene.Check()).IsNone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_that_is_freed_during_the_rebuild_is_folded_after_all()
    {
        await using RebuildScene scene = await Parked(666);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        await scene.Database.Execute("update public.ledger_sums set balance = balance + 1"); // so that it is held
        (await scene.Finish(scene.Worker(fold: Broken))).State.ShouldBe(RebuildState.Paused);

        await scene.Database.Execute("delete from log.wya_parked_streams");
        RebuildJob held = (await scene.Rebuilds.Show(scene.Model.Name))!;
        await scene.Rebuilds.Approve(scene.Model.Name, held.Fingerprint!, new Operator("olga", "as meant"));
        (await scene.Finish(scene.Worker())).State.ShouldBe(RebuildState.Done);
        (await scene.Check()).IsNone.ShouldBeTrue();
        (await scene.Database.Scalar<long>($"select count from public.ledger_sums where id = '{scene.Ledgers[0]}'")).ShouldBe(32);
    }

    [Fact]
    public async Task Discarded_events_are_left_out_even_if_they_were_folded_before_the_decision()
    {
        await using RebuildScene scene = await Parked(666);
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        (await scene.Finish(scene.Worker())).State.ShouldBe(RebuildState.Paused); // folded: the fold is mended, and so differs

        await scene.Database.Execute(
            $"""
            insert into log.wya_dead_letter_decisions
            select gen_random_uuid(), projection, stream_id, first_seq_id, 'discard', 'not needed', 'olga', now() from log.wya_parked_streams;
            delete from log.wya_parked_streams;
            """);
        RebuildJob held = (await scene.Rebuilds.Show(scene.Model.Name))!;
        await scene.Rebuilds.Approve(scene.Model.Name, held.Fingerprint!, new Operator("olga", "as meant"));
        RebuildJob done = await scene.Finish(scene.Worker());

        done.State.ShouldBe(RebuildState.Done);
        (await scene.Database.Scalar<long>($"select count from public.ledger_sums where id = '{scene.Ledgers[0]}'")).ShouldBe(31);
        (await scene.Check()).IsNone.ShouldBeTrue();
    }

    /// <summary>An asynchronous model whose first ledger the daemon has parked; it has stopped since.</summary>
    private static async Task<RebuildScene> Parked(int amount, bool parkedAtNext = false)
    {
        RebuildScene scene = await RebuildScene.Set(4, 20, inline: false);
        await scene.Deposit(scene.Ledgers[0], new Deposited(amount));
        await scene.Append(0, 10);
        scene.StartDaemon(Broken);
        await scene.Projected();
        // On a busy machine the search for who fails may end early, and park the innocent for a moment too.
        await Eventually.Is(async () => await ParkedStreams(scene) == 1, "the one that fails is parked, and nobody else");
        await scene.StopDaemon();
        if (parkedAtNext)
        {
            await scene.Database.Execute("update log.wya_parked_streams set first_seq_id = first_seq_id + 1");
        }

        return scene;
    }

    private static Task<long> ParkedStreams(RebuildScene scene) => scene.Database.Scalar<long>("select count(*) from log.wya_parked_streams");
}
