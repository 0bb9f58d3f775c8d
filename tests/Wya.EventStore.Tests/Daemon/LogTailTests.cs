using System.Collections.Concurrent;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.EventStore.Tests.Encryption;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>Following a log to pass events on: complete, in order, and at once. None of these tests can pass by polling.</summary>
public sealed class LogTailTests : IAsyncLifetime
{
    private static readonly LogTailOptions NoPoll = new() { SlowPoll = TimeSpan.FromHours(1), Heartbeat = TimeSpan.FromHours(1), AlarmPause = TimeSpan.FromMilliseconds(50) };

    private readonly ConcurrentQueue<RecordedEvent> taken = new();
    private DaemonHouse house = null!;

    public async ValueTask InitializeAsync() => house = await DaemonHouse.Create();

    public async ValueTask DisposeAsync()
    {
        if (house is not null)
        {
            await house.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_event_of_two_writing_processes_is_taken_once_and_in_order()
    {
        await using LogDatabase readers = house.Database.OpenAnother();
        await using LogDatabase others = house.Database.OpenAnother();
        await using var otherStore = new PostgresEventStore(others, TimeProvider.System);
        await house.Fill(streams: 10, rounds: 3); // a backlog, in several pages
        await using LogTail tail = Tail(readers, after: 0, NoPoll with { PageEventsMax = 7 });
        await Task.WhenAll(
            Task.Run(() => Write(house.Store, 400)),
            Task.Run(() => Write(otherStore, 400)),
            Task.Run(() => Write(house.Store, 400)));
        long head = await house.Store.Head();
        await Eventually.Is(() => tail.Position == head, "the tail is at the end of the log");
        taken.Select(one => one.Position).ShouldBe(Enumerable.Range(1, (int)head).Select(i => (long)i));
        tail.Behind.ShouldBe(0);
        taken.GroupBy(one => one.StreamId).ShouldAllBe(stream => stream.Select(one => one.Version).SequenceEqual(Enumerable.Range(1, stream.Count()).Select(i => (long)i)));
    }

    [Fact]
    public async Task A_commit_of_this_process_arrives_at_once()
    {
        await using LogTail tail = Tail(house.Database.Log, after: 0, NoPoll);
        for (int i = 1; i <= 50; i++)
        {
            long position = await house.Deposit(Guid.CreateVersion7(), i);
            await Eventually.Is(() => tail.Position == position, "the event is taken");
        }
    }

    [Fact]
    public async Task A_commit_of_another_process_arrives_without_a_daemon_in_this_one()
    {
        await using LogDatabase elsewhere = house.Database.OpenAnother();
        await using LogTail tail = Tail(elsewhere, after: 0, NoPoll);
        for (int i = 1; i <= 50; i++)
        {
            long position = await house.Deposit(Guid.CreateVersion7(), i);
            await Eventually.Is(() => tail.Position == position, "the event is taken");
        }
    }

    [Fact]
    public async Task Without_a_position_it_begins_at_the_end()
    {
        await house.Fill(streams: 3, rounds: 2);
        await using LogTail tail = Tail(house.Database.Log, after: null, NoPoll);
        (await tail.Begun).ShouldBe(6);
        await house.Deposit(Guid.CreateVersion7(), 1);
        await Eventually.Is(() => !taken.IsEmpty, "an event is taken");
        taken.ShouldHaveSingleItem().Position.ShouldBe(7);
    }

    [Fact]
    public async Task A_lost_connection_loses_no_event()
    {
        await using LogDatabase elsewhere = house.Database.OpenAnother();
        await using LogTail tail = Tail(elsewhere, after: 0, NoPoll);
        for (int round = 1; round <= 5; round++)
        {
            await Eventually.Is(() => tail.Listens, "the tail listens");
            await house.Database.Execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'wya-ledgers-tail'");
            long position = await house.Deposit(Guid.CreateVersion7(), round);
            await Eventually.Is(() => tail.Position == position, "what was committed meanwhile is taken");
        }

        taken.Select(one => one.Position).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_server_that_ends_every_session_is_waited_for()
    {
        await using LogDatabase elsewhere = house.Database.OpenAnother();
        await using LogTail tail = Tail(elsewhere, after: 0, NoPoll);
        for (int round = 1; round <= 5; round++)
        {
            await house.Deposit(Guid.CreateVersion7(), round);
            await house.Database.Execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        }

        await Eventually.Is(() => tail.Position == 5, "the tail is at the end of the log");
        taken.Select(one => one.Position).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_hole_is_waited_for_and_never_passed_over()
    {
        await using LogTail tail = Tail(house.Database.Log, after: 0, NoPoll);
        await house.Fill(streams: 2, rounds: 1);
        await house.Database.Execute("update log.wya_log_head set position = position + 1");
        await house.Fill(streams: 2, rounds: 1);
        await Eventually.Is(() => tail.StandsStill, "the tail stands still");
        tail.Position.ShouldBe(2);
        tail.Behind.ShouldBe(3);
        Guid lost = Guid.CreateVersion7();
        await house.Database.Execute(
            $$"""
            insert into log.mt_streams (id, type, version) values ('{{lost}}', 'ledger', 1);
            insert into log.mt_events (seq_id, id, stream_id, version, data, type)
            values (3, gen_random_uuid(), '{{lost}}', 1, '{"amount": 7}', 'ledger.deposited')
            """);
        await Eventually.Is(() => tail.Position == 5 && !tail.StandsStill, "the tail is at the end of the log");
        taken.Select(one => one.Position).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_page_that_could_not_be_taken_comes_again()
    {
        int failures = 0;
        await using var tail = new LogTail(
            house.Database.Log,
            (page, _) => Interlocked.Increment(ref failures) <= 3 ? throw new InvalidOperationException("not now") : Take(page),
            after: 0,
            NoPoll);
        tail.Start();
        await house.Deposit(Guid.CreateVersion7(), 1);
        await Eventually.Is(() => tail.Position == 1, "the event is taken");
        taken.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_event_of_a_newer_build_is_accounted_for()
    {
        ConcurrentQueue<long> unreadable = new();
        await using var tail = new LogTail(
            house.Database.Log,
            (page, _) =>
            {
                page.Unreadable.ToList().ForEach(unreadable.Enqueue);
                return Take(page);
            },
            after: 0,
            NoPoll);
        tail.Start();
        await house.Fill(streams: 1, rounds: 1);
        Guid newer = Guid.CreateVersion7();
        await house.Database.Execute(
            $$"""
            insert into log.mt_streams (id, type, version) values ('{{newer}}', 'ledger', 1);
            insert into log.mt_events (seq_id, id, stream_id, version, data, type) values (2, gen_random_uuid(), '{{newer}}', 1, '{}', 'ledger.closed');
            update log.wya_log_head set position = 2
            """);
        await house.Fill(streams: 1, rounds: 1);
        await Eventually.Is(() => tail.Position == 3, "the tail is at the end of the log");
        unreadable.ShouldBe([2]);
        taken.Select(one => one.Position).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task Another_channel_is_heard_on_the_same_connection()
    {
        ConcurrentQueue<string> heard = new();
        await using var tail = new LogTail(house.Database.Log, (page, _) => Take(page), options: NoPoll);
        tail.Hear("ledger_gossip", text =>
        {
            heard.Enqueue(text);
            throw new FormatException("a listener that fails costs nobody the connection");
        });
        tail.Start();
        await Eventually.Is(() => tail.Listens, "the tail listens");
        await house.Database.Execute("notify ledger_gossip, 'one'; notify ledger_gossip, 'two'");
        await Eventually.Is(() => heard.Count == 2, "both are heard");
        heard.ShouldBe(["one", "two"]);
        (await house.Database.Scalar<long>("select count(*) from pg_stat_activity where application_name = 'wya-ledgers-tail' and datname = current_database()")).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_missed_is_read_from_the_log_in_pieces()
    {
        Guid[] streams = await house.Fill(streams: 4, rounds: 5);
        var history = new SealedHistory(house.Database.Log);
        HashSet<Guid> mine = [streams[1], streams[3]];
        long[] expected = [.. (await All()).Where(one => mine.Contains(one.StreamId) && one.Position is > 3 and <= 18).Select(one => one.Position)];
        List<long> read = [];
        for (long after = 3; after < 18;)
        {
            SealedStretch stretch = await history.Read(mine, after, to: 18, eventsMax: 3, TestContext.Current.CancellationToken);
            stretch.Events.Count.ShouldBeLessThanOrEqualTo(3);
            read.AddRange(stretch.Events.Select(one => one.Position));
            after = stretch.To;
        }

        read.ShouldBe(expected);
        (await history.Read([], 0, 18, 3, TestContext.Current.CancellationToken)).ShouldSatisfyAllConditions(
            none => none.Events.ShouldBeEmpty(), none => none.To.ShouldBe(18));

        async Task<List<RecordedEvent>> All()
        {
            List<RecordedEvent> all = [];
            await foreach (RecordedEvent recorded in house.Store.ReadLog(new LogRange()))
            {
                all.Add(recorded);
            }

            return all;
        }
    }

    [Fact]
    public async Task Stopping_and_disposing_at_once_ends_it_once()
    {
        for (int round = 0; round < 20; round++)
        {
            LogTail tail = Tail(house.Database.Log, after: null, NoPoll);
            await Task.WhenAll(tail.Stop(), tail.DisposeAsync().AsTask(), tail.Stop());
            await tail.DisposeAsync();
        }
    }

    private LogTail Tail(LogDatabase database, long? after, LogTailOptions options)
    {
        var tail = new LogTail(database, (page, _) => Take(page), after, options);
        tail.Start();
        return tail;
    }

    private Task Take(TailPage page)
    {
        foreach (RecordedEvent recorded in page.Events)
        {
            taken.Enqueue(recorded);
        }

        return Task.CompletedTask;
    }

    private static async Task Write(PostgresEventStore store, int events)
    {
        Guid[] streams = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
        for (int i = 0; i < events / 8; i++)
        {
            await Task.WhenAll(streams.Select(stream => store.Append(new Append(
                CommandMetadata.System(Guid.NewGuid()), new StreamAppend(stream, "ledger", ExpectedVersion.Any, [new Deposited(i), new Deposited(i)])))));
        }
    }
}

/// <summary>A tail over sealed values.</summary>
public sealed class SealedTailTests(DiaryHouse house) : IClassFixture<DiaryHouse>
{
    [Fact]
    public async Task What_is_sealed_stays_sealed_and_needs_no_key()
    {
        ConcurrentQueue<RecordedEvent> taken = new();
        await using var tail = new LogTail(
            house.Database.Log,
            (page, _) =>
            {
                page.Events.ToList().ForEach(taken.Enqueue);
                return Task.CompletedTask;
            },
            after: 0);
        tail.Start();
        await house.Store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()),
            new StreamAppend(Guid.CreateVersion7(), "diary", ExpectedVersion.Any, [Diary.Written(Guid.NewGuid(), Guid.NewGuid(), "secret")])));
        await Eventually.Is(() => taken.Count == 1, "the event is taken");
        var written = (DiaryWritten)taken.ShouldHaveSingleItem().Data;
        ((ISensitive)written.Title).IsSealed.ShouldBeTrue();
        written.Lines.ShouldAllBe(line => ((ISensitive)line.Words).IsSealed);
    }
}
