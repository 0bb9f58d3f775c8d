using Shouldly;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>What every store promises. The in-memory store and the one on PostgreSQL inherit the same suite.</summary>
public abstract class StoreContract
{
    protected abstract IEventStore Store { get; }

    protected static CommandMetadata Command(Guid? id = null) => new("tester", id ?? Guid.CreateVersion7());

    protected static StreamAppend Deposits(Guid stream, ExpectedVersion expected, params int[] amounts) =>
        new(stream, "ledger", expected, [.. amounts.Select(amount => new Deposited(amount))]);

    protected async Task<List<RecordedEvent>> Stream(Guid id, StreamRange? range = null)
    {
        List<RecordedEvent> events = [];
        await foreach (RecordedEvent recorded in Store.ReadStream(id, range))
        {
            events.Add(recorded);
        }

        return events;
    }

    protected async Task<List<RecordedEvent>> Log(LogRange? range = null)
    {
        List<RecordedEvent> events = [];
        await foreach (RecordedEvent recorded in Store.ReadLog(range ?? new LogRange()))
        {
            events.Add(recorded);
        }

        return events;
    }

    [Fact]
    public async Task Events_come_back_in_order_with_all_their_metadata()
    {
        Guid stream = Guid.CreateVersion7();
        var metadata = new CommandMetadata("robin", Guid.CreateVersion7(), "correlation", "causation", "fingerprint");
        AppendOutcome outcome = await Store.Append(new Append(metadata, Deposits(stream, ExpectedVersion.None, 1, 2, 3)));

        var appended = outcome.ShouldBeOfType<AppendOutcome.Appended>();
        appended.Versions.ShouldBe([3]);
        List<RecordedEvent> events = await Stream(stream);
        events.Select(e => e.Version).ShouldBe([1, 2, 3]);
        events.Select(e => ((Deposited)e.Data).Amount).ShouldBe([1, 2, 3]);
        events[^1].Position.ShouldBe(appended.Position);
        events[0].Id.ShouldBe(metadata.CommandId);
        events[0].Type.ShouldBe("ledger.deposited");
        events[0].Metadata.ShouldBe(events[2].Metadata);
        (events[0].Metadata.Actor, events[0].Metadata.CorrelationId, events[0].Metadata.CausationId, events[0].Metadata.Fingerprint)
            .ShouldBe(("robin", "correlation", "causation", "fingerprint"));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, false)]
    [InlineData(-1, true)]
    public async Task A_new_stream_is_at_version_zero(long expected, bool appends)
    {
        AppendOutcome outcome = await Store.Append(new Append(Command(), Deposits(Guid.CreateVersion7(), new ExpectedVersion(expected), 1)));
        (outcome is AppendOutcome.Appended).ShouldBe(appends);
    }

    [Fact]
    public async Task A_wrong_version_is_a_conflict_that_names_stream_expected_and_actual_and_changes_nothing()
    {
        Guid stream = Guid.CreateVersion7();
        await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.None, 1, 2)));
        AppendOutcome outcome = await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.Exactly(1), 3)));
        outcome.ShouldBe(new AppendOutcome.Conflict(stream, 1, 2));
        (await Stream(stream)).Count.ShouldBe(2);
        (await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.None, 3)))).ShouldBe(new AppendOutcome.Conflict(stream, 0, 2));
    }

    [Fact]
    public async Task A_command_sent_again_is_recorded_once_and_answers_with_what_it_recorded_then()
    {
        Guid stream = Guid.CreateVersion7();
        CommandMetadata command = Command();
        await Store.Append(new Append(command, Deposits(stream, ExpectedVersion.Any, 1, 2)));
        await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.Any, 9)));
        AppendOutcome again = await Store.Append(new Append(command, Deposits(stream, ExpectedVersion.Any, 1, 2)));
        var duplicate = again.ShouldBeOfType<AppendOutcome.Duplicate>();
        duplicate.First.Id.ShouldBe(command.CommandId);
        duplicate.Position.ShouldBe(duplicate.First.Position + 1);
        (await Stream(stream)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Several_streams_are_appended_together_or_not_at_all()
    {
        Guid one = Guid.CreateVersion7(), two = Guid.CreateVersion7();
        await Store.Append(new Append(Command(), Deposits(one, ExpectedVersion.None, 1), Deposits(two, ExpectedVersion.None, 1)));
        AppendOutcome outcome = await Store.Append(
            new Append(Command(), Deposits(one, ExpectedVersion.Exactly(1), 2), Deposits(two, ExpectedVersion.Exactly(7), 2)));
        outcome.ShouldBe(new AppendOutcome.Conflict(two, 7, 1));
        (await Stream(one)).Count.ShouldBe(1);
        var both = (await Store.Append(
            new Append(Command(), Deposits(one, ExpectedVersion.Exactly(1), 2), Deposits(two, ExpectedVersion.Exactly(1), 2, 3))))
            .ShouldBeOfType<AppendOutcome.Appended>();
        both.Versions.ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_stream_named_twice_in_one_append_is_a_mistake()
    {
        Guid stream = Guid.CreateVersion7();
        await Should.ThrowAsync<ArgumentException>(() => Store.Append(
            new Append(Command(), Deposits(stream, ExpectedVersion.Any, 1), Deposits(stream, ExpectedVersion.Any, 2))));
    }

    [Fact]
    public async Task A_claim_is_held_by_one_stream_for_ever()
    {
        string name = Guid.NewGuid().ToString();
        StreamAppend Open() => new(Guid.CreateVersion7(), "ledger", ExpectedVersion.None, [new LedgerOpened(name)], [name]);
        (await Store.Append(new Append(Command(), Open()))).ShouldBeOfType<AppendOutcome.Appended>();
        StreamAppend second = Open();
        (await Store.Append(new Append(Command(), second))).ShouldBe(new AppendOutcome.ClaimTaken(name));
        (await Stream(second.StreamId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_append_without_events_checks_the_version()
    {
        Guid stream = Guid.CreateVersion7();
        await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.None, 1)));
        (await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.Exactly(1))))).ShouldBeOfType<AppendOutcome.Appended>();
        (await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.None)))).ShouldBeOfType<AppendOutcome.Conflict>();
    }

    [Fact]
    public async Task A_stream_reads_by_range_backwards_and_as_of_a_version_or_a_time()
    {
        Guid stream = Guid.CreateVersion7();
        await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.None, 1, 2, 3)));
        DateTimeOffset then = (await Stream(stream))[^1].Time;
        await The_clock_moves_on(then);
        await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.Any, 4)));

        int[] Amounts(List<RecordedEvent> events) => [.. events.Select(e => ((Deposited)e.Data).Amount)];
        Amounts(await Stream(stream, new StreamRange(From: 2, To: 3))).ShouldBe([2, 3]);
        Amounts(await Stream(stream, new StreamRange(Backwards: true, Limit: 2))).ShouldBe([4, 3]);
        Amounts(await Stream(stream, new StreamRange(AsOf: then))).ShouldBe([1, 2, 3]);
        Amounts(await Stream(Guid.CreateVersion7())).ShouldBeEmpty();
        long asOf = await Store.PositionAsOf(then);
        (await Log(new LogRange(To: asOf))).ShouldAllBe(e => e.Time <= then);
        (await Log(new LogRange(After: asOf))).ShouldAllBe(e => e.Time > then);
    }

    [Fact]
    public async Task The_log_is_dense_and_reads_from_any_position_and_by_type()
    {
        long before = await Store.Head();
        Guid stream = Guid.CreateVersion7();
        await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.None, 1, 2)));
        await Store.Append(new Append(Command(), new StreamAppend(stream, "ledger", ExpectedVersion.Any, [new Withdrawn(1)])));
        List<RecordedEvent> log = await Log(new LogRange(After: before));
        log.Select(e => e.Position).ShouldBe([before + 1, before + 2, before + 3]);
        (await Store.Head()).ShouldBe(before + 3);
        (await Log(new LogRange(After: before, Types: ["ledger.withdrawn"]))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_archived_stream_takes_nothing_more_and_is_passed_over()
    {
        Guid stream = Guid.CreateVersion7();
        await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.None, 1)));
        (await Store.Archive(stream)).ShouldBeTrue();
        (await Store.Archive(stream)).ShouldBeFalse();
        (await Store.Archive(Guid.CreateVersion7())).ShouldBeFalse();
        (await Store.Append(new Append(Command(), Deposits(stream, ExpectedVersion.Any, 2)))).ShouldBe(new AppendOutcome.Archived(stream));
        (await Stream(stream)).ShouldBeEmpty();
        (await Log()).ShouldAllBe(e => e.StreamId != stream);
        (await Stream(stream, new StreamRange(IncludeArchived: true))).Count.ShouldBe(1);
        Transacted<Ledger> refused = await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 1), Command());
        refused.Refusal.ShouldBe(StoreRefusals.Archived);
    }

    [Fact]
    public async Task Transact_decides_on_the_state_and_answers_with_the_new_one()
    {
        Guid stream = Guid.CreateVersion7();
        string name = Guid.NewGuid().ToString();
        Transacted<Ledger> opened = await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Open(ledger, name), Command());
        (opened.Version, opened.Recorded, opened.State.Name).ShouldBe((1, 1, name));
        await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 10), Command());
        Transacted<Ledger> withdrawn = await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Withdraw(ledger, 4), Command());
        withdrawn.State.Balance.ShouldBe(6);
        withdrawn.Position.ShouldBe((await Stream(stream))[^1].Position);

        Transacted<Ledger> refused = await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Withdraw(ledger, 7), Command());
        refused.Refusal!.Code.ShouldBe("not-enough");
        Transacted<Ledger> nothing = await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Open(ledger, name), Command());
        (nothing.Refusal, nothing.Recorded).ShouldBe((null, 0));
        (await Stream(stream)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Transact_sent_again_tells_what_was_recorded_then()
    {
        Guid stream = Guid.CreateVersion7();
        CommandMetadata command = Command();
        Transacted<Ledger> first = await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 5), command);
        await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 6), Command());
        Transacted<Ledger> again = await Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 5), command);
        again.Earlier!.Id.ShouldBe(command.CommandId);
        (again.Version, again.Position, again.State.Balance, again.Recorded).ShouldBe((first.Version, first.Position, 5, 0));
    }

    [Fact]
    public async Task Transact_refuses_a_claim_that_is_taken()
    {
        string name = Guid.NewGuid().ToString();
        await Store.Transact(Ledger.Stream, Guid.CreateVersion7(), ledger => Ledger.Open(ledger, name), Command());
        Transacted<Ledger> second = await Store.Transact(Ledger.Stream, Guid.CreateVersion7(), ledger => Ledger.Open(ledger, name), Command());
        second.Refusal.ShouldBe(StoreRefusals.ClaimTaken);
    }

    [Fact]
    public async Task Many_callers_of_one_stream_all_get_through_and_none_is_lost()
    {
        Guid stream = Guid.CreateVersion7();
        Transacted<Ledger>[] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() =>
            Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 1), Command()))));
        all.ShouldAllBe(transacted => transacted.Refusal == null);
        all.Select(transacted => transacted.Version).Order().ShouldBe(Enumerable.Range(1, 200).Select(n => (long)n));
        (await Store.Load(Ledger.Stream, stream)).State.Balance.ShouldBe(200);
    }

    [Fact]
    public async Task The_same_command_from_many_callers_at_once_is_recorded_once()
    {
        Guid stream = Guid.CreateVersion7();
        CommandMetadata command = Command();
        Transacted<Ledger>[] all = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() =>
            Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 1), command))));
        all.Count(transacted => transacted.Recorded == 1).ShouldBe(1);
        all.Count(transacted => transacted.Earlier is not null).ShouldBe(31);
        (await Stream(stream)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_that_throws_fails_alone()
    {
        Guid stream = Guid.CreateVersion7();
        Task<Transacted<Ledger>> bug = Store.Transact(
            Ledger.Stream, stream, new Func<Ledger, Decision<object>>(_ => throw new InvalidOperationException("bug")), Command());
        Task<Transacted<Ledger>> fine = Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 1), Command());
        await Should.ThrowAsync<InvalidOperationException>(async () => await bug);
        (await fine).Recorded.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_not_an_event_or_does_not_fit_its_type_cannot_be_appended()
    {
        long before = await Store.Head();
        Guid stream = Guid.CreateVersion7();
        await Should.ThrowAsync<ArgumentException>(() => Store.Append(
            new Append(Command(), new StreamAppend(stream, "ledger", ExpectedVersion.Any, ["no event"]))));
        await Should.ThrowAsync<System.Text.Json.JsonException>(() => Store.Append(
            new Append(Command(), new StreamAppend(stream, "ledger", ExpectedVersion.Any, [new LedgerOpened(null!)]))));
        (await Store.Head()).ShouldBe(before);
    }

    private static async Task The_clock_moves_on(DateTimeOffset then) =>
        await Testing.Eventually.Is(() => TimeProvider.System.GetUtcNow() > then.AddMilliseconds(2), "the clock moves on");
}
