using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>What must not be passed over stops the consumer, visibly, until it is mended; an operator can stop it too.</summary>
public sealed class StandingStillTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hole_in_the_log_stops_the_projection_with_an_alarm(bool isInTheMiddle)
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await house.Fill(streams: 3, rounds: 2);
        await using ProjectionDaemon daemon = house.StartDaemon();
        await house.Caught(house.Balances);
        await house.Database.Execute("update log.wya_log_head set position = position + 1");
        if (isInTheMiddle)
        {
            await house.Fill(streams: 3, rounds: 2);
        }

        await Eventually.Is(async () => (await house.Status()).State == "standing_still", "the projection stands still");
        ProjectionStatus status = await house.Status();
        status.Error.ShouldBe("The log has a hole at position 7.");
        status.Position.ShouldBe(6);

        Guid lost = Guid.CreateVersion7();
        await house.Database.Execute(
            $$"""
            insert into log.mt_streams (id, type, version) values ('{{lost}}', 'ledger', 1);
            insert into log.mt_events (seq_id, id, stream_id, version, data, type)
            values (7, gen_random_uuid(), '{{lost}}', 1, '{"amount": 7}', 'ledger.deposited')
            """);
        await house.Caught(house.Balances);
        await Eventually.Is(async () => (await house.Status()) is { State: "running", Error: null }, "the alarm is over");
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task A_log_that_ends_before_the_position_stops_the_projection()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await house.Fill(streams: 3, rounds: 1);
        await house.Database.Execute("insert into log.mt_event_progression (name, last_seq_id) values ('Balances:All', 99)");
        await using ProjectionDaemon daemon = house.StartDaemon();
        await Eventually.Is(async () => (await house.Status()).State == "standing_still", "the projection stands still");
        (await house.Status()).Error.ShouldBe("The log ends at 3, before this consumer's position 99.");
    }

    [Fact]
    public async Task A_missing_table_is_nobodys_poison()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await house.Database.Execute("alter table balances rename to elsewhere");
        await house.Fill(streams: 3, rounds: 2);
        await using ProjectionDaemon daemon = house.StartDaemon();
        await Eventually.Is(async () => (await house.Status()).State == "standing_still", "the projection stands still");
        (await house.Status()).ShouldSatisfyAllConditions(
            status => status.Error.ShouldNotBeNull().ShouldStartWith("42P01"), status => status.Parked.ShouldBe(0), status => status.Position.ShouldBe(0));
        await house.Database.Execute("alter table elsewhere rename to balances");
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task Too_much_poison_is_a_fault_of_the_code_and_stops_the_projection_until_the_fix()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        for (int i = 0; i < 12; i++)
        {
            await house.Deposit(Guid.CreateVersion7(), Poison.InFold);
        }

        await using ProjectionDaemon daemon = house.StartDaemon(DaemonHouse.Fast with { ParkedStreamsMax = 4, PageEventsMax = 6, RetryStreamsMax = 1 });
        await Eventually.Is(async () => (await house.Status()).State == "standing_still", "the projection stands still");
        (await house.Status()).ShouldSatisfyAllConditions(
            status => status.Error.ShouldBe("More than 4 streams are parked."), status => status.Position.ShouldBe(6), status => status.Parked.ShouldBe(6));
        house.Poison.IsFixed = true;
        await house.Caught(house.Balances);
        await Eventually.Is(async () => (await house.Status()) is { Parked: 0, State: "running" }, "all streams are free again");
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task A_broken_connection_is_nobodys_poison()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon daemon = house.StartDaemon();
        for (int i = 0; i < 10; i++)
        {
            Task<Guid[]> filling = house.Fill(streams: 10, rounds: 5);
            await house.Database.Execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'wya-ledgers'");
            await filling;
        }

        await house.Caught(house.Balances);
        (await house.Status()).ShouldSatisfyAllConditions(status => status.Parked.ShouldBe(0), status => status.Dead.ShouldBe(0));
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task Pausing_takes_effect_at_once_and_resuming_goes_on_from_there()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon daemon = house.StartDaemon(DaemonHouse.Fast with { SlowPoll = TimeSpan.FromMinutes(10) });
        await house.Fill(streams: 3, rounds: 2);
        await house.Caught(house.Balances);
        Consumer elsewhere = house.ConsumerOfAnotherProcess();
        var operations = new Projections([elsewhere], TimeProvider.System);

        (await operations.Resume(elsewhere, "ada")).ShouldBeFalse();
        (await operations.Pause(elsewhere, "ada")).ShouldBeTrue();
        (await operations.Pause(elsewhere, "ada")).ShouldBeFalse();
        await house.Fill(streams: 3, rounds: 2);
        ProjectionStatus paused = (await operations.List()).ShouldHaveSingleItem();
        (paused.State, paused.Position, paused.Head, paused.LagEvents).ShouldBe(("paused", 6, 12, 6));

        (await operations.Resume(elsewhere, "ada")).ShouldBeTrue();
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
        ProjectionStatus running = (await operations.List()).ShouldHaveSingleItem();
        (running.State, running.LagEvents, running.LagSeconds, running.Domain, running.Leader)
            .ShouldBe(("running", 0, 0, "ledgers", $"{Environment.MachineName}:{Environment.ProcessId}"));
    }

    [Fact]
    public async Task A_projection_that_was_never_run_says_so()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await house.Deposit(Guid.CreateVersion7(), 1);
        ProjectionStatus status = await house.Status();
        (status.State, status.Position, status.Head, status.Leader).ShouldBe(("never_run", 0, 1, null));
        status.LagSeconds.ShouldBeGreaterThan(0);
    }
}
