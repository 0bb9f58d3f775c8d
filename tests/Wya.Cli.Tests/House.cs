using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

/// <summary>A migrated database of one domain, somebody who appends, and the tool.</summary>
internal sealed class House : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> background = [];
    private readonly List<IAsyncDisposable> opened = [];
    private int commands;

    private House(TestDatabase database, TestKeys keys, DomainDefinition domain, SetClock clock)
    {
        Database = database;
        Keys = keys;
        Definition = domain;
        Clock = clock;
        Store = new PostgresEventStore(database.Log, clock, domain.ReadModels.Where(model => model.Inline));
    }

    public TestDatabase Database { get; }

    public TestKeys Keys { get; }

    public DomainDefinition Definition { get; }

    /// <summary>The time of the events, and nothing else.</summary>
    public SetClock Clock { get; }

    public PostgresEventStore Store { get; }

    public static async Task<House> Build(DomainDefinition? definition = null)
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        DomainDefinition domain = (definition ?? IdentityDomain.Definition) with { Subscriptions = [], Followers = [] }; // one database
        TestKeys keys = await TestKeys.Create();
        TestDatabase database = await TestPostgres.CreateDatabase(domain.Name, domain.Types, domain.ReadModels, domain.PrepareSql, keys.ForLogs, domain.IsChained);
        return new House(database, keys, domain, new SetClock());
    }

    public Tool Tool(TimeSpan? workerWait = null, bool toTerminal = false) =>
        new([Definition], new Dictionary<string, string> { [$"ConnectionStrings__{Definition.Name}"] = Database.ConnectionString })
        {
            WorkerWait = workerWait ?? TimeSpan.FromMinutes(5),
            OutputIsTerminal = toTerminal,
        };

    public Task<Ran> Wya(params string[] arguments) => Tool().Run(arguments, TestContext.Current.CancellationToken);

    public Task<long> Register(Guid user, string handle, AgeLayer layer = AgeLayer.Adult) =>
        Append(user, new UserCreated(new Sensitive<string>(user, handle), new Sensitive<IReadOnlyList<string>>(user, Handle.SkeletonsOf(handle)), layer));

    public async Task<long> Append(Guid user, params object[] events)
    {
        int number = Interlocked.Increment(ref commands);
        var metadata = new CommandMetadata("ada", CommandId(number), $"request-{number}", $"cause-{number}");
        string[] claims = [.. events.OfType<UserCreated>().SelectMany(created => created.HandleSkeletons.ValueOr([])).Select(Handle.Claim)];
        AppendOutcome outcome = await Store.Append(new Append(metadata, new StreamAppend(user, User.Stream.Name, ExpectedVersion.Any, events, claims)));
        return ((AppendOutcome.Appended)outcome).Position;
    }

    public static Guid CommandId(int number) => Guid.Parse($"00000000-0000-7000-8000-{number:d12}");

    public void RunRebuildWorker() => background.Add(Task.Run(() => new RebuildWorker(
        Database.Log, Definition.ReadModels, TimeProvider.System, new RebuildOptions { PollInterval = TimeSpan.FromMilliseconds(20) }).Run(stop.Token)));

    public void RunDaemon()
    {
        var options = new DaemonOptions
        {
            SlowPoll = TimeSpan.FromMilliseconds(50), Heartbeat = TimeSpan.FromMilliseconds(50), RetryAfter = [TimeSpan.Zero],
        };
        Consumer[] consumers = [.. Definition.ReadModels.Where(model => !model.Inline).Select(model => Consumer.Of(model, Database.Log))];
        var daemon = new ProjectionDaemon(consumers, TimeProvider.System, options, processName: "a-test");
        opened.Add(daemon);
        daemon.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(background);
        foreach (IAsyncDisposable each in opened)
        {
            await each.DisposeAsync();
        }

        await Store.DisposeAsync();
        await Database.DisposeAsync();
        await Keys.DisposeAsync();
        stop.Dispose();
    }
}

/// <summary>Time that stands where a test puts it.</summary>
internal sealed class SetClock : TimeProvider
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Noon;

    public override DateTimeOffset GetUtcNow() => Now;
}
