using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>Reading one's own writes: waiting until a consumer has come as far as a write.</summary>
public sealed class PositionTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_reader_sees_its_own_write_after_waiting_for_it()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon daemon = house.StartDaemon();
        var positions = new Positions();
        for (int i = 1; i <= 20; i++)
        {
            Guid stream = Guid.CreateVersion7();
            long position = await house.Deposit(stream, i);
            (await positions.WaitFor(house.Balances, position, Long)).Result.ShouldBe(WaitResult.Reached);
            (await house.Rows())[stream].Amount.ShouldBe(i);
        }
    }

    [Fact]
    public async Task A_process_that_does_not_lead_can_wait_too()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon daemon = house.StartDaemon();
        Consumer elsewhere = house.ConsumerOfAnotherProcess();
        long position = await house.Deposit(Guid.CreateVersion7(), 1, 2, 3);
        (await new Positions().WaitFor(elsewhere, position, Long)).ShouldBe(new Waited(WaitResult.Reached, 3));
    }

    [Fact]
    public async Task Waiting_ends_when_the_time_is_over()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        long position = await house.Deposit(Guid.CreateVersion7(), 1);
        (await new Positions().WaitFor(house.Balances, position, TimeSpan.FromMilliseconds(50))).ShouldBe(new Waited(WaitResult.TimedOut, 0));
    }

    [Fact]
    public async Task A_position_that_the_log_has_not_reached_is_refused()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await house.Deposit(Guid.CreateVersion7(), 1);
        (await new Positions().WaitFor(house.Balances, 2, Long)).Result.ShouldBe(WaitResult.BeyondHead);
    }

    [Fact]
    public async Task Only_so_many_may_wait()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        long position = await house.Deposit(Guid.CreateVersion7(), 1);
        var positions = new Positions(waitersMax: 2);
        Task<Waited>[] waiting = [.. Enumerable.Range(0, 2).Select(_ => positions.WaitFor(house.Balances, position, Long))];
        (await positions.WaitFor(house.Balances, position, Long)).Result.ShouldBe(WaitResult.TooManyWaiters);
        await using ProjectionDaemon daemon = house.StartDaemon();
        (await Task.WhenAll(waiting)).ShouldAllBe(waited => waited.Result == WaitResult.Reached);
        (await positions.WaitFor(house.Balances, await house.Deposit(Guid.CreateVersion7(), 1), Long)).Result.ShouldBe(WaitResult.Reached);
    }
}
