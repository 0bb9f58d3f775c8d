using System.Collections.Concurrent;
using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;

namespace Wya.EventStore.Tests.Rebuild;

/// <summary>A database with a ledger read model, people who append, and people who read.</summary>
public sealed class RebuildScene : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> live = [];
    private readonly ConcurrentQueue<string> failures = [];
    private long reads;
    private ProjectionDaemon? daemon;

    private RebuildScene(TestDatabase database, ReadModel model, LedgerFold fold, PostgresEventStore store)
    {
        Database = database;
        Model = model;
        Fold = fold;
        Store = store;
        Rebuilds = new Rebuilds(database.Log, [model], TimeProvider.System);
    }

    public TestDatabase Database { get; }

    public ReadModel Model { get; }

    public LedgerFold Fold { get; }

    public PostgresEventStore Store { get; }

    public Rebuilds Rebuilds { get; }

    public List<Guid> Ledgers { get; } = [];

    public long Reads => Volatile.Read(ref reads);

    public IReadOnlyCollection<string> Failures => failures;

    public static async Task<RebuildScene> Set(int ledgers, int events, bool inline = true, LedgerFold? fold = null)
    {
        Xunit.Assert.SkipWhen(TestPostgres.MaySkip, "no PostgreSQL server");
        fold ??= new LedgerFold();
        ReadModel model = inline ? fold.Inline : fold.Asynchronous;
        TestDatabase database = await TestPostgres.CreateDatabase("rebuild", Ledger.Types, [model]);
        var scene = new RebuildScene(
            database, model, fold, new PostgresEventStore(database.Log, TimeProvider.System, inline ? [model] : null));
        await scene.Append(ledgers, events);
        return scene;
    }

    public RebuildWorker Worker(RebuildOptions? options = null, LedgerFold? fold = null) =>
        new(Database.Log, [fold is null ? Model : Model.Inline ? fold.Inline : fold.Asynchronous], TimeProvider.System, options ?? Small);

    /// <summary>Small pages, so that a short log has many.</summary>
    public static RebuildOptions Small => new() { PageEvents = 200, EventsUnderLockMax = 100, LockPause = TimeSpan.FromMilliseconds(5) };

    public async Task Append(int ledgers, int events)
    {
        for (int i = 0; i < ledgers; i++)
        {
            var ledger = Guid.NewGuid();
            await Deposit(ledger, new LedgerOpened(ledger.ToString("n")));
            Ledgers.Add(ledger);
        }

        await Task.WhenAll(Ledgers.Select(async (ledger, nth) =>
        {
            for (int i = 0; i < events; i++)
            {
                await Deposit(ledger, new Deposited(nth + i));
            }
        }));
    }

    public async Task<long> Deposit(Guid ledger, object fact) =>
        (await Store.Append(new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(ledger, "ledger", ExpectedVersion.Any, [fact]))))
        .ShouldBeOfType<AppendOutcome.Appended>().Position;

    /// <summary>Appends until the scene ends.</summary>
    public void KeepAppending(int writers = 4) => live.AddRange(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            await Guarded(() => Deposit(Ledgers[(i + writer) % Ledgers.Count], new Deposited(1)));
        }
    })));

    /// <summary>Reads the whole model, by prepared statements of long-lived sessions and by fresh ones, until the scene ends.</summary>
    public void KeepReading(int readers = 4) => live.AddRange(Enumerable.Range(0, readers).Select(reader => Task.Run(async () =>
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "select count(*), count(s.id), coalesce(sum(s.count), 0)::bigint from public.ledger_owners o left join public.ledger_sums s using (id)", connection);
        if (reader % 2 == 0)
        {
            await command.PrepareAsync();
        }

        long seen = 0;
        while (!stop.IsCancellationRequested)
        {
            await Guarded(async () =>
            {
                await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
                await row.ReadAsync();
                if (row.GetInt64(0) < Ledgers.Count || row.GetInt64(1) < Ledgers.Count || row.GetInt64(2) < seen)
                {
                    failures.Enqueue($"read {row.GetInt64(0)} owners, {row.GetInt64(1)} sums, {row.GetInt64(2)} events after {seen}");
                }

                seen = row.GetInt64(2);
                Interlocked.Increment(ref reads);
            });
        }
    })));

    /// <summary>Runs the daemon on the asynchronous model. What it parks is not retried while a test lasts.</summary>
    public void StartDaemon(LedgerFold? fold = null)
    {
        daemon = new ProjectionDaemon(
            [Consumer.Of((fold ?? Fold).Asynchronous, Database.Log)],
            TimeProvider.System,
            new DaemonOptions { RetryAfter = [TimeSpan.FromHours(1)] });
        daemon.Start();
    }

    public async Task StopDaemon()
    {
        await (daemon?.DisposeAsync() ?? ValueTask.CompletedTask);
        daemon = null;
    }

    /// <summary>Waits until the model stands at the log's head.</summary>
    public Task Projected() => Eventually.Is(
        () => Database.Scalar<bool>(
            $"select exists (select from log.mt_event_progression p, log.wya_log_head h where p.name = '{Model.ProgressionName}' and p.last_seq_id = h.position)"),
        "the daemon has all");

    public async Task StopLive()
    {
        await stop.CancelAsync();
        await Task.WhenAll(live);
    }

    /// <summary>Runs a rebuild to its end and answers its row.</summary>
    public async Task<RebuildJob> Finish(RebuildWorker worker)
    {
        (await worker.RunOnce(CancellationToken.None)).ShouldBeTrue();
        return (await Rebuilds.Show(Model.Name))!;
    }

    /// <summary>The same, where rows differ and somebody has looked at them.</summary>
    public async Task<RebuildJob> FinishApproved(RebuildWorker worker)
    {
        await Finish(worker);
        return await FinishHeld(worker);
    }

    /// <summary>From where it is held.</summary>
    public async Task<RebuildJob> FinishHeld(RebuildWorker worker)
    {
        RebuildJob held = (await Rebuilds.Show(Model.Name))!;
        held.IsHeld.ShouldBeTrue($"{held.State}: {held.Error}");
        (await Rebuilds.Approve(Model.Name, held.Fingerprint!, new Operator("pavel", "as meant"))).Refusal.ShouldBeNull();
        return await Finish(worker);
    }

    public async Task<ReadModelDifference> Check(LedgerFold? fold = null) =>
        await ReadModelCheck.Compare(Database.Log, fold is null ? Model : Model.Inline ? fold.Inline : fold.Asynchronous, TimeProvider.System, Small);

    /// <summary>Names of all constraints and indexes of the tables in a schema, with what they are.</summary>
    public Task<string> Shape(string schema) => Database.Scalar<string>(
        $"""
        select string_agg(line, E'\n' order by line) from (
            select conname || ' ' || replace(pg_get_constraintdef(oid), '{schema}.', '') as line from pg_constraint
             where connamespace = '{schema}'::regnamespace
            union all select indexname || ' ' || replace(indexdef, '{schema}.', '') from pg_indexes where schemaname = '{schema}') shape
        """);

    public async ValueTask DisposeAsync()
    {
        await StopLive();
        stop.Dispose();
        await StopDaemon();
        await Store.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task Guarded(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            failures.Enqueue(failure.ToString());
        }
    }
}
