using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>What the rows are when all goes well, whatever the sizes of pages and caches.</summary>
public sealed class ProjectionTests
{
    public static TheoryData<DaemonOptions> Sizes =>
    [
        DaemonHouse.Fast,
        DaemonHouse.Fast with { PageEventsMax = 64, CachedRowsMax = 20 },
        DaemonHouse.Fast with { PageEventsMax = 1_000, PageBytesMax = 500 },
    ];

    [Theory]
    [MemberData(nameof(Sizes), DisableDiscoveryEnumeration = true)]
    public async Task A_projection_equals_the_fold_of_the_log(DaemonOptions options)
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await house.Fill(streams: 50, rounds: 10);
        await using ProjectionDaemon daemon = house.StartDaemon(options);
        await house.Fill(streams: 50, rounds: 10);
        await house.Caught(house.Balances);
        await house.RowsAreTheFold();
        (await house.Database.Scalar<long>("select sum(events)::bigint from totals")).ShouldBe(1_000);
    }

    [Fact]
    public async Task An_archived_stream_is_passed_over()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid[] streams = await house.Fill(streams: 5, rounds: 3);
        await house.Store.Archive(streams[2]);
        await using ProjectionDaemon daemon = house.StartDaemon();
        await house.Caught(house.Balances);
        (await house.Rows()).Keys.Order().ShouldBe(streams.Where(id => id != streams[2]).Order());
    }

    [Fact]
    public async Task An_event_that_another_process_commits_is_heard_of()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Consumer elsewhere = house.ConsumerOfAnotherProcess();
        await using ProjectionDaemon daemon = house.StartDaemon(DaemonHouse.Fast with { SlowPoll = TimeSpan.FromMinutes(10) }, consumer: elsewhere);
        await Eventually.Is(async () => (await house.Status()).State == "running", "the daemon leads");
        await house.Deposit(Guid.CreateVersion7(), 1);
        await house.Caught(elsewhere);
    }

    [Fact]
    public async Task An_event_of_an_unknown_type_parks_its_stream_until_a_build_knows_it()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        Guid stream = Guid.CreateVersion7(), other = Guid.CreateVersion7();
        EventTypeMap newer = EventTypeMap.From([typeof(LedgerOpened), typeof(Deposited), typeof(Withdrawn), typeof(LedgerRenamed)]);
        await using var newerDatabase = new LogDatabase("ledgers", house.Database.ConnectionString, newer);
        await house.Deposit(stream, 1);
        await using (var newerStore = new PostgresEventStore(newerDatabase, TimeProvider.System))
        {
            await newerStore.Append(new Append(
                CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, "ledger", ExpectedVersion.Any, [new LedgerRenamed("new")])));
        }

        await house.Deposit(stream, 2);
        await house.Deposit(other, 3);
        await using (ProjectionDaemon daemon = house.StartDaemon())
        {
            await house.Caught(house.Balances);
            (await house.Rows()).ToDictionary(row => row.Key, row => row.Value.Amount)
                .ShouldBe(new Dictionary<Guid, int> { [stream] = 1, [other] = 3 }, ignoreOrder: true);
            DeadLetter parked = (await house.Parked(stream)).ShouldNotBeNull();
            (parked.EventType, parked.EventsWaiting).ShouldBe(("ledger.renamed", 2));
            parked.Error.ShouldBe("UnreadableEventException ledger.renamed");
        }

        await using ProjectionDaemon upgraded = house.StartDaemon(consumer: Consumer.Of(DaemonHouse.Model(house.Poison), newerDatabase));
        await house.Freed(stream);
        (await house.Rows())[stream].Trail.ShouldBe(";1;2;");
    }

    [EventType("ledger.renamed")]
    public sealed record LedgerRenamed(string Name);
}
