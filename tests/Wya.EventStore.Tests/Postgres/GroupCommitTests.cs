using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>Many appends in one transaction, each with its own outcome; several processes; broken connections.</summary>
public sealed class GroupCommitTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    private static CommandMetadata Command() => CommandMetadata.System(Guid.CreateVersion7());

    private static StreamAppend Deposit(Guid stream, ExpectedVersion expected) => new(stream, "ledger", expected, [new Deposited(1)]);

    [Fact]
    public async Task In_one_batch_each_append_wins_or_fails_alone()
    {
        Guid archived = Guid.CreateVersion7(), stream = Guid.CreateVersion7();
        CommandMetadata sentBefore = Command();
        await fixture.Store.Append(new Append(sentBefore, Deposit(archived, ExpectedVersion.None)));
        await fixture.Store.Archive(archived);
        await fixture.Store.Append(new Append(Command(), Deposit(stream, ExpectedVersion.None) with { Claims = ["held"] }));

        Task<AppendOutcome>[] batch;
        await using (await HoldHead())
        {
            batch =
            [
                fixture.Store.Append(new Append(Command(), Deposit(stream, ExpectedVersion.Exactly(1)))),
                fixture.Store.Append(new Append(Command(), Deposit(stream, ExpectedVersion.Exactly(1)))),
                fixture.Store.Append(new Append(sentBefore, Deposit(archived, ExpectedVersion.None))),
                fixture.Store.Append(new Append(Command(), Deposit(archived, ExpectedVersion.Any))),
                fixture.Store.Append(new Append(Command(), Deposit(Guid.CreateVersion7(), ExpectedVersion.None) with { Claims = ["held"] })),
                fixture.Store.Append(new Append(Command(), Deposit(Guid.CreateVersion7(), ExpectedVersion.None) with { Claims = ["new"] })),
                fixture.Store.Append(new Append(Command(), Deposit(Guid.CreateVersion7(), ExpectedVersion.None) with { Claims = ["new"] })),
                fixture.Store.Append(new Append(Command(), Deposit(stream, ExpectedVersion.Any))),
            ];
        }

        AppendOutcome[] outcomes = await Task.WhenAll(batch);
        outcomes.Select(outcome => outcome.GetType().Name).ShouldBe(
            ["Appended", "Conflict", "Duplicate", "Archived", "ClaimTaken", "Appended", "ClaimTaken", "Appended"]);
        outcomes[1].ShouldBe(new AppendOutcome.Conflict(stream, 1, 2));
        ((AppendOutcome.Appended)outcomes[7]).Versions.ShouldBe([3]);
    }

    [Fact]
    public async Task A_command_decided_on_another_that_fails_is_decided_again_on_what_is_there()
    {
        Guid stream = Guid.CreateVersion7();
        await using LogDatabase other = fixture.Database.OpenAnother();
        await using var otherProcess = new PostgresEventStore(other, TimeProvider.System);
        await fixture.Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 10), Command());

        // This process believes in a balance of 10; the other one has taken it, and put two events in between.
        await otherProcess.Transact(Ledger.Stream, stream, ledger => Ledger.Withdraw(ledger, 10), Command());

        Task<Transacted<Ledger>> first, second;
        await using (await HoldHead())
        {
            first = fixture.Store.Transact(Ledger.Stream, stream, ledger => Ledger.Withdraw(ledger, 6), Command());
            second = fixture.Store.Transact(Ledger.Stream, stream, ledger => Ledger.Withdraw(ledger, 4), Command());
        }

        (await first).Refusal!.Code.ShouldBe("not-enough");
        (await second).Refusal!.Code.ShouldBe("not-enough");
        (await fixture.Store.Load(Ledger.Stream, stream)).State.Balance.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_is_never_given_on_a_stale_state()
    {
        Guid stream = Guid.CreateVersion7();
        await using LogDatabase other = fixture.Database.OpenAnother();
        await using var otherProcess = new PostgresEventStore(other, TimeProvider.System);
        (await fixture.Store.Transact(Ledger.Stream, stream, ledger => Ledger.Withdraw(ledger, 5), Command())).Refusal.ShouldNotBeNull();
        await otherProcess.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 5), Command());
        (await fixture.Store.Transact(Ledger.Stream, stream, ledger => Ledger.Withdraw(ledger, 5), Command())).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task Four_processes_on_four_busy_streams_lose_nothing()
    {
        Guid[] streams = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
        List<(LogDatabase Database, PostgresEventStore Store)> processes = [];
        for (int i = 0; i < 4; i++)
        {
            LogDatabase database = fixture.Database.OpenAnother();
            processes.Add((database, new PostgresEventStore(database, TimeProvider.System)));
        }

        Transacted<Ledger>[] all = await Task.WhenAll(
            from process in processes
            from stream in streams
            from _ in Enumerable.Range(0, 25)
            select Task.Run(() => process.Store.Transact(Ledger.Stream, stream, ledger => Ledger.Deposit(ledger, 1), Command())));

        int recorded = all.Sum(transacted => transacted.Recorded);
        int sum = 0;
        foreach (Guid stream in streams)
        {
            sum += (await fixture.Store.Load(Ledger.Stream, stream)).State.Balance;
        }

        sum.ShouldBe(recorded);
        all.ShouldAllBe(transacted => transacted.Recorded == 1 || transacted.Refusal == StoreRefusals.TooBusy);
        recorded.ShouldBeGreaterThan(all.Length / 2);
        foreach ((LogDatabase database, PostgresEventStore store) in processes)
        {
            await store.DisposeAsync();
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_batch_whose_connection_breaks_is_recorded_once()
    {
        Guid stream = Guid.CreateVersion7();
        long recorded = 0;
        for (int round = 0; round < 5; round++)
        {
            Task<AppendOutcome>[] batch;
            await using (await HoldHead())
            {
                batch = [.. Enumerable.Range(0, 10).Select(_ => fixture.Store.Append(new Append(Command(), Deposit(stream, ExpectedVersion.Any))))];
                await Eventually.Is(
                    async () => await fixture.Database.Scalar<long>(
                        "select count(*) from pg_stat_activity where application_name = 'wya-ledger-writer' and datname = current_database() and wait_event_type = 'Lock'") > 0,
                    "the writer waits for the head row");
                await fixture.Database.Execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'wya-ledger-writer' and datname = current_database()");
            }

            AppendOutcome[] outcomes = await Task.WhenAll(batch);
            outcomes.ShouldAllBe(outcome => outcome is AppendOutcome.Appended || outcome is AppendOutcome.Duplicate);
            recorded += outcomes.Length;
            (await fixture.Database.Scalar<long>($"select count(*) from log.mt_events where stream_id = '{stream}'")).ShouldBe(recorded);
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_and_says_when_to_come_back()
    {
        await using LogDatabase database = fixture.Database.OpenAnother();
        await using var store = new PostgresEventStore(database, TimeProvider.System, options: new LogWriterOptions { QueueItemsMax = 4 });
        List<Task<AppendOutcome>> sent = [];
        await using (await HoldHead())
        {
            await Eventually.Is(
                () =>
                {
                    sent.Add(store.Append(new Append(Command(), Deposit(Guid.CreateVersion7(), ExpectedVersion.None))));
                    return sent[^1].IsFaulted;
                },
                "the queue is full");
        }

        var refused = await Should.ThrowAsync<StoreUnavailableException>(async () => await sent[^1]);
        refused.RetryAfter.ShouldBeGreaterThan(TimeSpan.Zero);
        (await Task.WhenAll(sent.SkipLast(1))).ShouldAllBe(outcome => outcome is AppendOutcome.Appended);
    }

    [Fact]
    public async Task A_database_that_is_away_is_said_to_be_away()
    {
        await using var database = new LogDatabase("ledger", "Host=127.0.0.1;Port=1;Username=nobody;Database=nothing;Timeout=2", Ledger.Types);
        await using var store = new PostgresEventStore(
            database, TimeProvider.System, options: new LogWriterOptions { ReconnectWait = TimeSpan.FromMilliseconds(100) });
        await Should.ThrowAsync<StoreUnavailableException>(() =>
            store.Append(new Append(Command(), Deposit(Guid.CreateVersion7(), ExpectedVersion.None))));
    }

    [Fact]
    public async Task Too_much_in_one_append_is_refused_before_it_is_sent()
    {
        await using LogDatabase database = fixture.Database.OpenAnother();
        await using var store = new PostgresEventStore(database, TimeProvider.System, options: new LogWriterOptions { AppendEventsMax = 2 });
        await Should.ThrowAsync<ArgumentException>(() => store.Append(new Append(Command(), new StreamAppend(
            Guid.CreateVersion7(), "ledger", ExpectedVersion.Any, [new Deposited(1), new Deposited(2), new Deposited(3)]))));
    }

    [Fact]
    public async Task Times_never_decrease_along_the_log_even_when_a_clock_goes_back()
    {
        await using LogDatabase database = fixture.Database.OpenAnother();
        await using var slow = new PostgresEventStore(database, new ClockBehind());
        Guid stream = Guid.CreateVersion7();
        await fixture.Store.Append(new Append(Command(), Deposit(stream, ExpectedVersion.Any)));
        await slow.Append(new Append(Command(), Deposit(stream, ExpectedVersion.Any)));
        (await fixture.Database.Scalar<bool>($"select max(timestamp) = min(timestamp) from log.mt_events where stream_id = '{stream}'")).ShouldBeTrue();
    }

    /// <summary>Holds the head row, so that what is appended meanwhile gathers into one batch (behind the one under way).</summary>
    private async Task<IAsyncDisposable> HoldHead()
    {
        var connection = new NpgsqlConnection(fixture.Database.OwnerConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin; select position from log.wya_log_head for update", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private sealed class ClockBehind : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(-1);
    }
}
