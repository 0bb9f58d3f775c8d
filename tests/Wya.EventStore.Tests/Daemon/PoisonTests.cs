using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>An event that fails parks its own stream, and nobody else notices.</summary>
public sealed class PoisonTests
{
    [Theory]
    [InlineData(Poison.InFold)]
    [InlineData(Poison.InTable)]
    public async Task Poison_parks_its_stream_alone_and_the_stream_resumes_in_order(int poison)
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        var clock = new ManualClock();
        Guid[] streams = await house.Fill(streams: 30, rounds: 3);
        Guid poisoned = streams[7];
        await house.Deposit(poisoned, 11, poison, 12);
        await house.Fill(streams: 30, rounds: 3);
        await house.Deposit(poisoned, 13);
        await house.Deposit(streams[8], 14);
        await using ProjectionDaemon daemon = house.StartDaemon(clock: clock);
        await house.Caught(house.Balances);

        Dictionary<Guid, Balance> rows = await house.Rows(), fold = await house.Fold();
        rows[poisoned].Trail.ShouldBe(";1;2;11;");
        rows.Values.Where(row => row.Id != poisoned).OrderBy(row => row.Id)
            .ShouldBe(fold.Values.Where(row => row.Id != poisoned).OrderBy(row => row.Id));
        DeadLetter parked = (await house.Parked(poisoned)).ShouldNotBeNull();
        (parked.Attempts, parked.State, parked.EventsWaiting).ShouldBe((1, "retrying", 3));
        parked.Error.ShouldStartWith(poison == Poison.InFold ? "InvalidOperationException at BalancesTable.Fold" : "23514 balances_trail_check");
        parked.Error.ShouldNotContain("secret");
        (await house.Database.Scalar<long>("select sum(events)::bigint from totals")).ShouldBe(await house.Store.Head() - 3);

        house.Poison.IsFixed = true;
        await house.Deposit(poisoned, 15);
        clock.Advance(TimeSpan.FromSeconds(1));
        await house.Freed(poisoned);
        await house.Caught(house.Balances);
        await house.Deposit(poisoned, 16);
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
        (await house.Database.Scalar<long>("select sum(events)::bigint from totals")).ShouldBe(await house.Store.Head());
        (await house.Database.Scalar<long>("select count(*) from log.wya_parked_events")).ShouldBe(0);
    }

    [Fact]
    public async Task Retries_come_after_1_2_4_8_16_and_32_seconds_and_then_a_dead_letter()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        var clock = new ManualClock();
        Guid stream = Guid.CreateVersion7();
        await house.Deposit(stream, Poison.InFold);
        await using ProjectionDaemon daemon = house.StartDaemon(clock: clock);
        int failures = 0;
        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 32 })
        {
            failures++;
            await house.ParkedIs(stream, letter => letter.Attempts == failures, $"it has failed {failures} times");
            (await house.Parked(stream)).ShouldNotBeNull().NextRetryAt.ShouldBe(clock.GetUtcNow().AddSeconds(seconds));
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        await house.ParkedIs(stream, letter => letter is { State: "dead", Attempts: 7, NextRetryAt: null }, "it is a dead letter");
        (await house.Status()).ShouldSatisfyAllConditions(status => status.Dead.ShouldBe(1), status => status.Parked.ShouldBe(0));
    }

    [Fact]
    public async Task A_second_poison_of_a_stream_begins_its_own_schedule()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        var clock = new ManualClock();
        Guid stream = Guid.CreateVersion7();
        await house.Deposit(stream, 1, Poison.InFold, 2);
        await house.Deposit(stream, 3, Poison.InTable, 4);
        await using ProjectionDaemon daemon = house.StartDaemon(clock: clock);
        await house.ParkedIs(stream, letter => letter.Attempts == 1, "it has failed once");
        clock.Advance(TimeSpan.FromSeconds(1));
        await house.ParkedIs(stream, letter => letter.Attempts == 2, "it has failed twice");
        await house.Database.Execute("alter table balances drop constraint balances_trail_check");
        await house.Database.Execute("alter table balances add constraint balances_trail_check check (trail not like '%;667;%' and trail not like '%;3;%')");
        house.Poison.IsFixed = true;
        clock.Advance(TimeSpan.FromSeconds(2));
        await house.ParkedIs(stream, letter => letter is { Position: 4, Attempts: 1, EventsWaiting: 3 }, "the next one is what fails now");
        (await house.Rows())[stream].Events.ShouldBe(3);
        await house.Database.Execute("alter table balances drop constraint balances_trail_check");
        clock.Advance(TimeSpan.FromSeconds(1));
        await house.Freed(stream);
        await house.RowsAreTheFold();
    }

    [Fact]
    public async Task A_long_parked_stream_resumes_in_several_retries_without_losing_its_order()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7();
        await house.Deposit(stream, Poison.InFold);
        await house.Deposit(stream, [.. Enumerable.Range(1, 50)]);
        await using (ProjectionDaemon daemon = house.StartDaemon())
        {
            await house.ParkedIs(stream, letter => letter.EventsWaiting == 51, "all of it is parked");
        }

        house.Poison.IsFixed = true;
        await using ProjectionDaemon next = house.StartDaemon(DaemonHouse.Fast with { RetryEventsPerStreamMax = 7 });
        await house.Freed(stream);
        await house.RowsAreTheFold();
    }

    /// <summary>Also when there is no time to search: then innocent streams are set aside with the guilty, for a moment.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(0)]
    public async Task Many_poisoned_streams_among_many_are_each_parked_alone(int searchSeconds)
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid[] streams = await house.Fill(streams: 200, rounds: 2);
        Guid[] poisoned = [.. streams.Where((_, i) => i % 5 == 0)];
        await Task.WhenAll(poisoned.Select((id, i) => house.Deposit(id, i % 2 == 0 ? Poison.InFold : Poison.InTable)));
        await Task.WhenAll(streams.Select(id => house.Deposit(id, 5)));
        var clock = new ManualClock();
        await using ProjectionDaemon daemon = house.StartDaemon(
            DaemonHouse.Fast with { RetryStreamsMax = 16, SearchTime = TimeSpan.FromSeconds(searchSeconds) }, clock);
        await house.Caught(house.Balances);
        await Eventually.Is(async () => (await house.Status()).Parked == poisoned.Length, "only the guilty are parked");
        (await house.Rows()).Values.Count(row => row.Trail == ";1;5;").ShouldBe(streams.Length - poisoned.Length);
        house.Poison.IsFixed = true;
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.Is(async () => (await house.Status()).Parked == 0, "all streams are free again");
        await house.RowsAreTheFold();
    }
}
