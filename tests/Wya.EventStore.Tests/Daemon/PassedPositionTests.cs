using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>Events that do not concern a consumer cost it no transaction, and are passed all the same.</summary>
public sealed class PassedPositionTests
{
    [Fact]
    public async Task Whom_nothing_concerns_works_through_no_page_and_passes_all_of_them()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        using var pages = new PageCounter();
        int handled = 0;
        Consumer[] idle = [.. Enumerable.Range(0, 20).Select(i => Consumer.Of($"Idle{i}", house.Database.Log, house.Database.Log, _ => null))];
        Consumer picky = Consumer.Of("Picky", house.Database.Log, house.Database.Log, recorded => recorded.Data is LedgerOpened
            ? (_, _) =>
            {
                handled++;
                return Task.CompletedTask;
            }
        : null);
        await using var daemon = new ProjectionDaemon([.. idle, picky], TimeProvider.System, DaemonHouse.Fast);
        daemon.Start();
        await house.Fill(streams: 3, rounds: 4);
        foreach (Consumer consumer in (Consumer[])[.. idle, picky])
        {
            await house.Caught(consumer);
            consumer.Progress.Head.ShouldBe(12);
        }

        handled.ShouldBe(3);
        pages.Of("Picky").ShouldBeInRange(1, 3);
        pages.OfNamesBeginning("Idle").ShouldBe(0, "a page that is worked through is a transaction");
        (await house.Database.Scalar<long>("select count(*) from log.mt_event_progression where last_seq_id = 12")).ShouldBe(21);
    }

    [Fact]
    public async Task A_position_that_is_passed_stays_a_true_beginning_for_the_next_leader()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        List<long> handled = [];
        Consumer Picky() => Consumer.Of("Picky", house.Database.Log, house.Database.Log, recorded => recorded.Data is LedgerOpened
            ? (_, _) =>
            {
                handled.Add(recorded.Position);
                return Task.CompletedTask;
            }
        : null);
        for (int process = 0; process < 5; process++)
        {
            Consumer picky = Picky();
            await using var daemon = new ProjectionDaemon([picky], TimeProvider.System, DaemonHouse.Fast);
            daemon.Start();
            Guid stream = Guid.CreateVersion7();
            await house.Append(stream, new LedgerOpened($"account {process}"));
            long head = await house.Deposit(stream, 1, 2);
            await Eventually.Is(() => picky.Progress.Head == head, "it has seen all");
            await daemon.Stop(); // stopped at any moment: before its position was stored, or after
        }

        handled.ShouldBe([1, 4, 7, 10, 13]);
    }

    [Theory]
    [InlineData("update log.wya_projections set epoch = epoch + 1")]
    [InlineData("update log.wya_projections set status = 'paused'; select pg_sleep(0.3); update log.wya_projections set status = 'running'")]
    public async Task Whoever_is_deposed_while_nothing_concerns_them_finds_out_and_goes_on(string sql)
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Consumer idle = Consumer.Of("Idle", house.Database.Log, house.Database.Log, _ => null);
        await using ProjectionDaemon daemon = house.StartDaemon(consumer: idle);
        await house.Deposit(Guid.CreateVersion7(), 1);
        await house.Caught(idle);
        await house.Database.Execute(sql);
        await house.Deposit(Guid.CreateVersion7(), 1);
        await house.Caught(idle);
    }

    [Fact]
    public async Task A_stale_leader_stores_no_position()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await house.Deposit(Guid.CreateVersion7(), 1);
        await house.Database.Execute(
            "insert into log.wya_projections (name, epoch) values ('Idle', 7); insert into log.mt_event_progression (name, last_seq_id) values ('Idle:All', 0)");
        (await Stored("6, 0, 1")).ShouldBe(0);
        (await Stored("7, 1, 1")).ShouldBe(0, "it does not stand there");
        (await Stored("7, 0, 1")).ShouldBe(1);
        (await Stored("7, 0, 1")).ShouldBe(0, "it is stored already, and never goes back");

        Task<long> Stored(string values)
        {
            string[] value = values.Split(", ");
            return house.Database.Scalar<long>(
                $"select count(*) from log.wya_pass(array['Idle'], array['Idle:All'], array[{value[0]}]::bigint[], array[{value[1]}]::bigint[], array[{value[2]}]::bigint[])");
        }
    }

    /// <summary>Pages that were worked through, by the engine's own metric.</summary>
    private sealed class PageCounter : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> counts = new(StringComparer.Ordinal);
        private readonly MeterListener listener = new();

        public PageCounter()
        {
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "wya.projection.pages")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, pages, labels, _) => counts.AddOrUpdate((string)labels[0].Value!, pages, (_, before) => before + pages));
            listener.Start();
        }

        public long Of(string projection) => counts.GetValueOrDefault(projection);

        public long OfNamesBeginning(string start) => counts.Where(each => each.Key.StartsWith(start, StringComparison.Ordinal)).Sum(each => each.Value);

        public void Dispose() => listener.Dispose();
    }
}
