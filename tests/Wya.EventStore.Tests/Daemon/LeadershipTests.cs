using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>Several processes: one leads, the others stand by, and a leader of yesterday writes nothing.</summary>
public sealed class LeadershipTests
{
    private const string EpochSql = "select epoch from log.wya_projections where name = 'Balances'";

    [Fact]
    public async Task When_the_leader_stops_another_process_takes_over_and_nothing_counts_twice()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon first = house.StartDaemon();
        await house.Fill(streams: 20, rounds: 3);
        await house.Caught(house.Balances);
        await using ProjectionDaemon second = house.StartDaemon(consumer: house.ConsumerOfAnotherProcess());
        await first.Stop();
        await house.Fill(streams: 20, rounds: 3);
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
        (await house.Database.Scalar<long>(EpochSql)).ShouldBe(2);
    }

    [Fact]
    public async Task A_leader_whose_session_breaks_steps_down_and_somebody_goes_on()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon first = house.StartDaemon();
        await using ProjectionDaemon second = house.StartDaemon(consumer: house.ConsumerOfAnotherProcess());
        for (int i = 1; i <= 3; i++)
        {
            await house.Fill(streams: 20, rounds: 3);
            await house.Caught(house.Balances);
            await house.Database.Execute(
                """
                select pg_terminate_backend(pid) from pg_locks
                where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
                """);
            await Eventually.Is(async () => await house.Database.Scalar<long>(EpochSql) > i, "somebody has taken over");
        }

        await house.Fill(streams: 20, rounds: 3);
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task A_frozen_leader_loses_its_session()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using var frozen = new NpgsqlConnection(house.Database.ConnectionString + ";Pooling=false");
        await frozen.OpenAsync();
        await using (var command = new NpgsqlCommand("select pg_advisory_lock(hashtextextended('wya-consumer:Balances', 0))", frozen))
        {
            await command.ExecuteNonQueryAsync();
        }

        await using ProjectionDaemon daemon = house.StartDaemon(DaemonHouse.Fast with { FrozenAfter = TimeSpan.FromMilliseconds(300) });
        await house.Deposit(Guid.CreateVersion7(), 1);
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task What_a_leader_left_open_when_it_fell_silent_holds_nobody_up()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using (ProjectionDaemon before = house.StartDaemon())
        {
            await house.Deposit(Guid.CreateVersion7(), 1);
            await house.Caught(house.Balances);
        }

        // In the middle of a page, as one is whose process is frozen: the row by which leaders follow each other is locked.
        await using NpgsqlConnection silent = await Opened(house, "");
        await Say(silent, "begin; select from log.wya_projections where name = 'Balances' for share");

        await using ProjectionDaemon daemon = house.StartDaemon(
            DaemonHouse.Fast with { FrozenAfter = TimeSpan.FromMilliseconds(300) }, consumer: house.ConsumerOfAnotherProcess());
        await house.Deposit(Guid.CreateVersion7(), 1);
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task A_writer_that_fell_silent_in_the_middle_of_an_append_is_ended_and_nobody_else_is()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using NpgsqlConnection writer = await Opened(house, "wya-ledgers-writer"), idle = await Opened(house, "wya-ledgers-writer"), reader = await Opened(house, "wya-ledgers");
        await Say(writer, "begin");
        await Say(reader, "begin");
        await Say(idle, "select");
        await using ProjectionDaemon daemon = house.StartDaemon(DaemonHouse.Fast with { FrozenAfter = TimeSpan.FromMilliseconds(300) });
        await Eventually.Is(
            async () => await house.Database.Scalar<long>($"select count(*) from pg_stat_activity where pid in ({writer.ProcessID}, {idle.ProcessID}, {reader.ProcessID})") == 2,
            "the writer's session has ended");
        await Say(idle, "select");
        await Say(reader, "commit");
    }

    /// <summary>The second case plants the fault: without the fence, the same stale leader does write.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stale_leader_writes_nothing(bool isFenced)
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        if (!isFenced)
        {
            await house.Database.Execute(
                """
                create or replace function log.wya_advance(p_name text, p_progression text, p_epoch bigint, p_kept bigint, p_position bigint, p_to bigint)
                returns void language sql as 'update log.mt_event_progression set last_seq_id = p_to where name = p_progression'
                """);
        }

        using var gate = new Gate();
        house.Poison.BeforeFold = _ => gate.Pass();
        await house.Deposit(Guid.CreateVersion7(), 1);
        await using ProjectionDaemon daemon = house.StartDaemon();
        await Eventually.Is(() => gate.HasWaiter, "the leader has loaded its page");
        await house.Database.Execute("update log.wya_projections set epoch = epoch + 1");
        gate.OpenOnce();
        if (isFenced)
        {
            await Eventually.Is(async () => await house.Database.Scalar<long>(EpochSql) == 3, "the refused leader has taken over again");
            await Eventually.Is(() => gate.HasWaiter, "it folds the page again");
            (await house.Rows()).ShouldBeEmpty();
            (await Positions.Of(house.Balances)).ShouldBe(0);
        }
        else
        {
            await house.Caught(house.Balances);
            (await house.Rows()).ShouldNotBeEmpty();
            (await house.Database.Scalar<long>(EpochSql)).ShouldBe(2);
        }

        gate.TakeAway();
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task A_leader_whose_tables_were_swapped_forgets_the_rows_it_remembers()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon daemon = house.StartDaemon();
        Guid stream = Guid.CreateVersion7();
        await house.Deposit(stream, 1);
        await house.Caught(house.Balances);
        await house.Database.Execute("update balances set name = 'rebuilt'; update log.wya_projections set epoch = epoch + 1");
        await house.Deposit(stream, 2);
        await house.Caught(house.Balances);
        (await house.Rows())[stream].ShouldBe(new Balance(stream, "rebuilt", 3, 2, ";1;2;"));
    }

    private static async Task<NpgsqlConnection> Opened(DaemonHouse house, string name)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(house.Database.ConnectionString) { Pooling = false, ApplicationName = name }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task Say(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
