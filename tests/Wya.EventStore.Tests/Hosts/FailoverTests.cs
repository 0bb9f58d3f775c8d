using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.EventStore.Tests.Daemon;
using Wya.Testing;
using Wya.Testing.Postgres;
using Xunit;

namespace Wya.EventStore.Tests.Hosts;

/// <summary>A log on several servers: one is the primary, until it is lost.</summary>
public sealed class FailoverTests
{
    private const string Database = "ledgers";
    private const string Role = "ledgers_app";

    private static readonly Guid Stream = Guid.Parse("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e");
    private static readonly ReadModel Model = DaemonHouse.Model(new Poison());
    private static readonly LogWriterOptions Patient = new() { ReconnectWait = TimeSpan.FromMinutes(2) }; // the machine may be busy
    private static int commands;

    [Fact]
    public async Task Everything_follows_a_promotion_and_who_was_the_primary_is_fenced()
    {
        await using ReplicaSet set = await Start(servers: 3);
        await using LogDatabase log = Open(set);
        await using var store = new PostgresEventStore(log, TimeProvider.System, options: Patient);
        var consumer = Consumer.Of(Model, log);
        await using var daemon = new ProjectionDaemon([consumer], TimeProvider.System, DaemonHouse.Fast);
        daemon.Start();
        PostgresMember former = set.Primary;
        await Deposit(store, 1);
        await Eventually.Is(async () => await Positions.Of(consumer) == 1, "it is followed");
        log.Hosts.Epoch.ShouldBe(1);

        // An event that was written down and not acknowledged: no standby has it, and its writer is told nothing.
        foreach (PostgresMember standby in set.Standbys.ToArray())
        {
            await standby.Kill();
        }

        Task<Exception?> lost;
        Task<AppendOutcome> unanswered;
        await using (LogDatabase only = Open(former.Host))
        await using (var dying = new PostgresEventStore(only, TimeProvider.System))
        {
            lost = Record.ExceptionAsync(() => Deposit(dying, 1_000)).AsTask();
            await Eventually.Is(() => former.Scalar<bool>("select exists (select from pg_stat_activity where wait_event = 'SyncRep')"), "it waits for a standby");
            unanswered = Deposit(store, 2);
            await Eventually.Is(() => former.Scalar<bool>("select exists (select from pg_stat_activity where wait_event_type = 'Lock')"), "the next one waits for it");
            await former.Kill();
        }

        (await lost).ShouldBeOfType<OutcomeUnknownException>();
        unanswered.IsCompleted.ShouldBeFalse();
        await Task.WhenAll(set.Members.Where(member => member != former).Select(member => member.Start()));
        await set.PromoteBest();

        // The writer asks the new primary, which has never heard of it, and records it there.
        (await unanswered).ShouldBeOfType<AppendOutcome.Appended>().Position.ShouldBe(2);
        (await Deposit(store, 3)).ShouldBeOfType<AppendOutcome.Appended>().Versions.ShouldBe([3L]);
        await Eventually.Is(() => log.Hosts.Epoch == 2, "the epoch has risen");
        await Eventually.Is(async () => await Positions.Of(consumer) == 3, "the leader goes on there");
        (await store.Head()).ShouldBe(3);

        // It comes back as it was, with an event of its own at a position that is another's now.
        await former.Start();
        await Eventually.Is(() => log.Hosts.IsOneFenced, "it is seen");
        await using LogDatabase fresh = Open(set);
        await using (var late = new PostgresEventStore(fresh, TimeProvider.System))
        {
            (await late.Head()).ShouldBe(3); // whoever starts now asks all of them first
        }

        Divergence divergence = (await fresh.Hosts.CompareFenced("log", CancellationToken.None)).Single();
        divergence.ShouldBe(new Divergence(former.Host, PartsAt: 2, OwnEvents: 1));

        // Whoever knows only the old one and the epoch is refused: there is nobody else to ask.
        await set.Primary.Kill();
        await Should.ThrowAsync<NpgsqlException>(() => store.Head());
        await Eventually.Is(async () => Faults.IsFenced(await Record.ExceptionAsync(() => store.Head())), "the old one is refused, not used");

        // It is rewound, and is a standby like any other.
        await set.Primary.Start();
        await former.Kill();
        await set.Rejoin(former);
        await Eventually.Is(() => !log.Hosts.IsOneFenced, "it is no primary any more");
        (await Deposit(store, 4)).ShouldBeOfType<AppendOutcome.Appended>().Position.ShouldBe(4);
    }

    [Fact]
    public async Task What_no_standby_has_is_not_acknowledged_when_a_wait_is_cut_short_and_not_shown_after_a_crash()
    {
        await using ReplicaSet set = await Start(servers: 2);
        await using LogDatabase log = Open(set), others = Open(set);
        await using var store = new PostgresEventStore(log, TimeProvider.System, options: Patient);
        await using var other = new PostgresEventStore(others, TimeProvider.System);
        await Deposit(store, 1);
        await Deposit(other, 1);
        PostgresMember standby = set.Standbys.Single();
        await standby.Kill();
        CommandMetadata command = CommandMetadata.System(Guid.CreateVersion7());

        Task<AppendOutcome> append = store.Append(new Append(command, new StreamAppend(Stream, "ledger", ExpectedVersion.Any, [new Deposited(2)])));
        await Eventually.Is(() => set.Primary.Scalar<bool>("select exists (select from pg_stat_activity where wait_event = 'SyncRep')"), "it waits for a standby");
        await set.Primary.Scalar<bool>("select bool_or(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'");
        await Eventually.Is(async () => await other.Head() == 3, "the row is there to be seen");
        Task<RecordedEvent?> sentAgain = other.FindEvent(command.CommandId);
        await Eventually.Is(
            () => set.Primary.Scalar<bool>("select count(*) = 2 from pg_stat_activity where wait_event = 'SyncRep' or wait_event_type = 'Lock'"), "both ask once more, and wait");
        (append.IsCompleted, sentAgain.IsCompleted).ShouldBe((false, false));

        await standby.Start();

        // Its own writer finds it recorded, and whoever had sent the same command elsewhere is told so.
        (await append).ShouldBeOfType<AppendOutcome.Duplicate>().Position.ShouldBe(3);
        (await sentAgain)!.Position.ShouldBe(3);
        (await other.Head()).ShouldBe(3);

        // A primary that crashes and comes back alone shows what it had written down; nobody is given that before a standby has it.
        await standby.Kill();
        Task<Exception?> last = Record.ExceptionAsync(() => Deposit(store, 5)).AsTask();
        await Eventually.Is(() => set.Primary.Scalar<bool>("select exists (select from pg_stat_activity where wait_event = 'SyncRep')"), "it waits for a standby");
        await set.Primary.Kill();
        await set.Primary.Start();
        await using LogDatabase fresh = Open(set);
        await using var late = new PostgresEventStore(fresh, TimeProvider.System);
        Faults.IsTransient(await Should.ThrowAsync<NpgsqlException>(() => late.Head())).ShouldBeTrue();
        await standby.Start();
        await Eventually.Is(async () => await Record.ExceptionAsync(() => late.Head()) is null, "a standby has it");
        (await late.Head()).ShouldBe(4);
        (await last is null or OutcomeUnknownException).ShouldBeTrue();
    }

    /// <summary>It keeps its connections and answers nothing, as a machine that hangs does; and when it wakes it is no primary any more.</summary>
    [Fact]
    public async Task A_primary_that_is_frozen_is_left_for_the_next_and_fenced_when_it_wakes()
    {
        await using ReplicaSet set = await Start(servers: 3);
        await using LogDatabase log = Open(set);
        await using var store = new PostgresEventStore(log, TimeProvider.System, options: Patient);
        await Deposit(store, 1);
        PostgresMember former = set.Primary;
        await former.Freeze();
        Task<AppendOutcome> unanswered = Deposit(store, 2);

        await set.PromoteBest();

        (await unanswered).ShouldBeOfType<AppendOutcome.Appended>().Position.ShouldBe(2);
        (await Deposit(store, 3)).ShouldBeOfType<AppendOutcome.Appended>().Position.ShouldBe(3);
        await former.Thaw();
        await Eventually.Is(() => log.Hosts.IsOneFenced, "it is seen");
        (await Deposit(store, 4)).ShouldBeOfType<AppendOutcome.Appended>().Position.ShouldBe(4);
        (await store.Head()).ShouldBe(4);
        await former.Kill();
        await set.Rejoin(former);
        await Eventually.Is(() => !log.Hosts.IsOneFenced, "it is no primary any more");
    }

    private static Task<AppendOutcome> Deposit(PostgresEventStore store, int amount) => store.Append(new Append(
        CommandMetadata.System(EventIds.ForCommand("test", "deposit", $"{Interlocked.Increment(ref commands)}")),
        new StreamAppend(Stream, "ledger", ExpectedVersion.Any, [new Deposited(amount)])));

    private static LogDatabase Open(ReplicaSet set) => Open(string.Join(',', set.Members.Select(member => member.Host)));

    private static LogDatabase Open(string hosts) => new("ledgers", new NpgsqlConnectionStringBuilder
    {
        Host = hosts, Database = Database, Username = Role, Password = "test-only", MaxPoolSize = 5,
    }.ConnectionString, Ledger.Types);

    private static Task<ReplicaSet> Start(int servers)
    {
        Assert.SkipWhen(PostgresPrograms.MaySkip, "There are no programs of PostgreSQL.");
        return ReplicaSet.Start(servers, async primary =>
        {
            await DatabaseServer.Ensure(primary.AdminConnectionString, Database, Role, "test-only");
            await LogSchema.Migrate(new NpgsqlConnectionStringBuilder(primary.AdminConnectionString) { Database = Database }.ConnectionString, Role, [Model]);
        });
    }
}
