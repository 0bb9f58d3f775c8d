using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Rebuild;

/// <summary>Rebuilds while people append and read.</summary>
public sealed class RebuildLiveTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Under_live_appends_no_read_fails_or_finds_less_and_the_result_is_the_fold(bool inline)
    {
        await using RebuildScene scene = await RebuildScene.Set(20, 100, inline);
        if (!inline)
        {
            scene.StartDaemon();
            await scene.Projected();
        }

        string shape = await scene.Shape("public");
        scene.KeepAppending();
        scene.KeepReading();
        await Eventually.Is(() => scene.Reads > 100, "people read");

        for (int i = 0; i < 3; i++)
        {
            await scene.Rebuilds.Request(scene.Model.Name, "olga");
            RebuildJob job = await scene.Finish(scene.Worker());

            job.Error.ShouldBeNull();
            job.State.ShouldBe(RebuildState.Done);
            job.RowsDiffering.ShouldBe(0);
            job.SwapPosition.ShouldNotBeNull().ShouldBeGreaterThan(2020);
            job.RetiredPosition.ShouldBe(job.SwapPosition);
            (await scene.Shape("public")).ShouldBe(shape);
            (await scene.Shape("retired")).ShouldBe(shape);
            long readsSoFar = scene.Reads;
            await Eventually.Is(() => scene.Reads > readsSoFar + 100, "people read on");
        }

        (await scene.Check()).Rows.ShouldBe(0);
        await scene.StopLive();
        scene.Failures.ShouldBeEmpty();
        (await scene.Check()).Rows.ShouldBe(0);
    }

    [Fact]
    public async Task The_tables_at_the_swap_are_the_fold_of_the_log_up_to_the_swap_position()
    {
        await using RebuildScene scene = await RebuildScene.Set(20, 50);
        scene.KeepAppending();
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob first = await scene.Finish(scene.Worker());
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob second = await scene.Finish(scene.Worker());

        // The tables that the second swap replaced stand untouched at its position: fold the log up to there by other means.
        long differing = await scene.Database.Scalar<long>(
            $"""
            select count(*) from retired.ledger_sums r full join (
                select stream_id as id, coalesce(sum((data->>'amount')::bigint), 0) as balance, count(*) as count, max(seq_id) as last_position
                  from log.mt_events where seq_id <= {second.SwapPosition} group by 1) f using (id)
            where (r.balance, r.count, r.last_position) is distinct from (f.balance, f.count, f.last_position)
            """);

        second.SwapPosition.ShouldNotBeNull().ShouldBeGreaterThan(first.SwapPosition.ShouldNotBeNull());
        differing.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_switch_back_under_live_appends_catches_the_replaced_tables_up(bool inline)
    {
        await using RebuildScene scene = await RebuildScene.Set(20, 50, inline);
        if (!inline)
        {
            scene.StartDaemon();
            await scene.Projected();
        }

        string shape = await scene.Shape("public");
        scene.KeepAppending();
        scene.KeepReading();
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob rebuilt = await scene.Finish(scene.Worker());
        long head = await scene.Store.Head();
        await Eventually.Is(async () => await scene.Store.Head() > head + 200, "people append on");

        (await scene.Rebuilds.SwitchBack(scene.Model.Name, "olga")).Job.ShouldNotBeNull().Position.ShouldBe(rebuilt.SwapPosition!.Value);
        RebuildJob back = await scene.Finish(scene.Worker());
        back.Error.ShouldBeNull();
        back.State.ShouldBe(RebuildState.Done);
        back.SwapPosition.ShouldNotBeNull().ShouldBeGreaterThan(rebuilt.SwapPosition!.Value);
        (await scene.Shape("public")).ShouldBe(shape);
        (await scene.Shape("retired")).ShouldBe(shape);
        (await scene.Check()).Rows.ShouldBe(0);

        // And forth again: what was switched away from is kept in turn.
        (await scene.Rebuilds.SwitchBack(scene.Model.Name, "olga")).IsRefused.ShouldBeFalse();
        (await scene.Finish(scene.Worker())).State.ShouldBe(RebuildState.Done);
        await scene.StopLive();
        scene.Failures.ShouldBeEmpty();
        (await scene.Check()).Rows.ShouldBe(0);
    }

    [Fact]
    public async Task A_corruption_of_the_live_table_is_found_as_a_difference_and_mended()
    {
        await using RebuildScene scene = await RebuildScene.Set(10, 20);
        await scene.Database.Execute(
            $"""
            update public.ledger_sums set balance = balance + 1 where id = '{scene.Ledgers[0]}';
            delete from public.ledger_sums where id = '{scene.Ledgers[1]}';
            insert into public.ledger_owners values ('{Guid.NewGuid()}', 'nobody', now());
            """);
        ReadModelDifference found = await scene.Check();
        found.Tables.ShouldBe([new TableDifference("ledger_owners", 0, 1, 0), new TableDifference("ledger_sums", 1, 0, 1)]);

        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildJob job = await scene.FinishApproved(scene.Worker());

        job.State.ShouldBe(RebuildState.Done);
        job.RowsDiffering.ShouldBe(3);
        (await scene.Check()).IsNone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_daemon_forgets_the_rows_that_it_remembers_when_the_tables_are_exchanged()
    {
        await using RebuildScene scene = await RebuildScene.Set(3, 10, inline: false);
        scene.StartDaemon();
        await scene.Projected();
        scene.Fold.Factor = 2; // the rows that the daemon remembers are of the old code
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        (await scene.FinishApproved(scene.Worker())).RowsDiffering.ShouldBe(3);
        await scene.Append(0, 5);
        await scene.Projected();

        (await scene.Check()).Rows.ShouldBe(0);
    }

    [Fact]
    public async Task A_reader_in_a_long_transaction_delays_the_swap_and_is_never_queued_behind_for_long()
    {
        await using RebuildScene scene = await RebuildScene.Set(5, 10);
        await using var reader = new Npgsql.NpgsqlConnection(scene.Database.ConnectionString);
        await reader.OpenAsync();
        await using Npgsql.NpgsqlTransaction transaction = await reader.BeginTransactionAsync();
        await using (var read = new Npgsql.NpgsqlCommand("select count(*) from public.ledger_sums", reader))
        {
            await read.ExecuteScalarAsync();
        }

        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        RebuildOptions impatient = RebuildScene.Small with { TableLockTimeout = TimeSpan.FromMilliseconds(20), LockAttemptsMax = 5 };
        RebuildJob held = await scene.Finish(scene.Worker(impatient));
        held.State.ShouldBe(RebuildState.Paused);
        held.Explanation.ShouldNotBeNull().ShouldContain("locks");

        await transaction.CommitAsync();
        (await scene.Rebuilds.Resume(scene.Model.Name, "olga")).IsRefused.ShouldBeFalse();
        (await scene.Finish(scene.Worker())).State.ShouldBe(RebuildState.Done);
    }

    [Fact]
    public async Task A_rebuild_gives_way_to_live_work_and_keeps_to_its_speed_limit()
    {
        await using RebuildScene scene = await RebuildScene.Set(5, 99);
        int asked = 0;
        RebuildOptions polite = RebuildScene.Small with { PageEvents = 100, LiveIsBehind = () => ++asked % 3 != 0 };
        await scene.Rebuilds.Request([scene.Model.Name], "olga", eventsASecondMax: 800);
        RebuildJob done = await scene.Finish(scene.Worker(polite));

        done.State.ShouldBe(RebuildState.Done);
        asked.ShouldBe(5 * 3);
        done.EventsASecond.ShouldNotBeNull().ShouldBeLessThan(1000); // 400 of 500 events must have taken their half second
    }

    [Fact]
    public async Task Roles_that_could_read_the_live_tables_can_read_the_new_ones()
    {
        await using RebuildScene scene = await RebuildScene.Set(2, 2);
        await scene.Database.Execute("grant select on public.ledger_sums to pg_read_all_settings");
        await scene.Rebuilds.Request(scene.Model.Name, "olga");
        await scene.Finish(scene.Worker());

        (await scene.Database.Scalar<bool>("select has_table_privilege('pg_read_all_settings', 'public.ledger_sums', 'select')")).ShouldBeTrue();
    }
}
