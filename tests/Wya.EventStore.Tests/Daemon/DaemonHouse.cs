using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>A database with a log, a store, and the read model of these tests.</summary>
public sealed class DaemonHouse : IAsyncDisposable
{
    private readonly List<LogDatabase> others = [];
    private int commands;

    private DaemonHouse(TestDatabase database, Poison poison)
    {
        Database = database;
        Poison = poison;
        Store = new PostgresEventStore(database.Log, TimeProvider.System);
    }

    public TestDatabase Database { get; }

    public Poison Poison { get; }

    public PostgresEventStore Store { get; }

    public static DaemonOptions Fast { get; } = new()
    {
        SlowPoll = TimeSpan.FromMilliseconds(100),
        Heartbeat = TimeSpan.FromMilliseconds(100),
        AlarmPause = TimeSpan.FromMilliseconds(100),
        SearchTime = TimeSpan.FromMinutes(1), // a busy machine must not end a search early, and park the innocent for a moment too
    };

    public static async Task<DaemonHouse> Create(string domain = "ledgers")
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        var poison = new Poison();
        TestDatabase database = await TestPostgres.CreateDatabase(domain, Ledger.Types, [Model(poison)]);
        return new DaemonHouse(database, poison);
    }

    public static ReadModel Model(Poison poison) => new("Balances", 1, false, new TotalsTable(), new BalancesTable(poison));

    /// <summary>As a process of its own would have it: with its own pool and its own signal.</summary>
    public Consumer ConsumerOfAnotherProcess(Poison? poison = null)
    {
        LogDatabase database = Database.OpenAnother();
        others.Add(database);
        return Consumer.Of(Model(poison ?? Poison), database);
    }

    public Consumer Balances => field ??= Consumer.Of(Model(Poison), Database.Log);

    public Task<long> Deposit(Guid stream, params int[] amounts) => Append(stream, [.. amounts.Select(amount => (object)new Deposited(amount))]);

    public async Task<long> Append(Guid stream, params object[] events)
    {
        var metadata = CommandMetadata.System(EventIds.ForCommand("test", "append", $"{Interlocked.Increment(ref commands)}"));
        AppendOutcome outcome = await Store.Append(new Append(metadata, new StreamAppend(stream, "ledger", ExpectedVersion.Any, events)));
        return ((AppendOutcome.Appended)outcome).Position;
    }

    /// <summary>Many streams, their events interleaved.</summary>
    public async Task<Guid[]> Fill(int streams, int rounds)
    {
        Guid[] ids = [.. Enumerable.Range(0, streams).Select(_ => Guid.CreateVersion7())];
        for (int round = 0; round < rounds; round++)
        {
            await Task.WhenAll(ids.Select((id, i) => Append(id, round == 0 ? new LedgerOpened($"account {i}") : new Deposited(round))));
        }

        return ids;
    }

    /// <summary>Starts a daemon for the model in this process.</summary>
    public ProjectionDaemon StartDaemon(DaemonOptions? options = null, TimeProvider? clock = null, Consumer? consumer = null)
    {
        var daemon = new ProjectionDaemon([consumer ?? Balances], clock ?? TimeProvider.System, options ?? Fast);
        daemon.Start();
        return daemon;
    }

    public Task<ProjectionStatus> Status() => new Projections([Balances], TimeProvider.System).Status(Balances);

    public async Task<DeadLetter?> Parked(Guid stream) => (await DeadLetters.Show(Balances, stream))?.Letter;

    public Task ParkedIs(Guid stream, Func<DeadLetter, bool> condition, string what) =>
        Eventually.Is(async () => await Parked(stream) is { } letter && condition(letter), what);

    public Task Freed(Guid stream) => Eventually.Is(async () => !await DeadLetters.IsParked(Balances, stream), "the stream is free again");

    public async Task RowsAreTheFold() => (await Rows()).Values.OrderBy(row => row.Id).ShouldBe((await Fold()).Values.OrderBy(row => row.Id));

    public Task Caught(Consumer consumer) => Eventually.Is(
        async () => await Positions.Of(consumer) == await Store.Head(), $"{consumer.Name} is at the head of the log");

    public async Task<Dictionary<Guid, Balance>> Rows()
    {
        await using var command = Database.Log.DataSource.CreateCommand("select id, name, amount, events, trail from balances");
        await using var reader = await command.ExecuteReaderAsync();
        var table = new BalancesTable(Poison);
        Dictionary<Guid, Balance> rows = [];
        while (await reader.ReadAsync())
        {
            (Guid key, Balance row) = table.Read(reader);
            rows.Add(key, row);
        }

        return rows;
    }

    /// <summary>What the rows must be: the fold of the whole log, by the same rules but none of the daemon's code.</summary>
    public async Task<Dictionary<Guid, Balance>> Fold()
    {
        Dictionary<Guid, Balance> rows = [];
        await foreach (RecordedEvent recorded in Store.ReadLog(new LogRange()))
        {
            rows[recorded.StreamId] = BalancesTable.Fold(recorded.StreamId, rows.GetValueOrDefault(recorded.StreamId), recorded, isFixed: true);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        foreach (LogDatabase other in others)
        {
            await other.DisposeAsync();
        }

        await Database.DisposeAsync();
    }
}
