using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Domain.Safety.Scanning;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Messaging;
using Wya.Projections.Rooms;
using Wya.Projections.Safety;
using Wya.Testing;
using Xunit;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Projections.Tests.Safety;

/// <summary>
/// The domains in which safety notices something, each with its log and without its tables, and all that follows them for it.
/// Time stands until a test moves it.
/// </summary>
public sealed class SignalHouse : IAsyncLifetime
{
    private readonly Dictionary<string, TestDatabase> databases = [];
    private readonly Dictionary<string, PostgresEventStore> stores = [];
    private readonly List<Consumer> consumers = [];
    private readonly Clock clock = new();
    private TestKeys? keys;
    private ProjectionDaemon? daemon;

    public LogDatabase Safety => databases["safety"].Log;

    public DateTimeOffset Now => clock.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        foreach (DomainDefinition domain in new[]
        {
            IdentityDomain.Definition, GraphDomain.Definition, MessagingDomain.Definition, RoomsDomain.Definition, SafetyDomain.Definition,
        })
        {
            databases[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs);
            stores[domain.Name] = new PostgresEventStore(databases[domain.Name].Log, clock, domain.ReadModels.Where(model => model.Inline && domain.Name == "safety"));
        }

        consumers.AddRange(SafetyDomain.Definition.Subscriptions.Select(one => Consumer.Of(one.Model, databases[one.Source].Log, Safety)));
        consumers.AddRange(SafetyDomain.Definition.Followers.Select(follower =>
            Consumer.Of(follower.Name, databases[follower.Source].Log, Safety, follower.Handle(stores["safety"], Safety), opens: false)));
        consumers.AddRange(ContentScans.Consumers(
            [new PhraseScanner("threats 0.6 i will find you"), new LinkScanner()], [databases["messaging"].Log], databases["rooms"].Log, stores["safety"], Safety));
        Follow();
    }

    public async ValueTask DisposeAsync()
    {
        await (daemon?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach ((string name, PostgresEventStore store) in stores)
        {
            await store.DisposeAsync();
            await databases[name].DisposeAsync();
        }

        await (keys?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    public TestDatabase Database(string domain) => databases[domain];

    public void Pass(TimeSpan time) => clock.Advance(time);

    /// <summary>Everything that signals rest on is followed anew, as after a restore of safety's windows to nothing.</summary>
    public async Task FollowAnew()
    {
        await daemon!.DisposeAsync();
        await databases["safety"].Execute(
            "delete from log.mt_event_progression where name like 'S%Of%'; truncate message_windows, contact_requests, recent_blocks, recent_reports");
        Follow();
        await Followed();
    }

    public async Task<long> Record(string domain, Guid stream, params object[] facts)
    {
        string type = domain switch { "messaging" => "conversation", "graph" => "edge", "rooms" => "room", "identity" => "user", _ => "case" };
        AppendOutcome outcome = await stores[domain].Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, type, ExpectedVersion.Any, facts)));
        return outcome.ShouldBeOfType<AppendOutcome.Appended>().Position;
    }

    /// <summary>Everybody who follows has come to the end of what they follow.</summary>
    public async Task Followed()
    {
        foreach (Consumer follower in consumers)
        {
            await Eventually.Is(async () => await Positions.Of(follower) >= await Positions.Head(follower), $"{follower.Name} is there");
            (await databases["safety"].Scalar<long>($"select count(*) from log.wya_parked_streams where projection = '{follower.Name}'")).ShouldBe(0);
        }
    }

    public async Task<IReadOnlyList<RecordedEvent>> CaseOf(UserId user)
    {
        await Followed();
        List<RecordedEvent> events = [];
        await foreach (RecordedEvent recorded in stores["safety"].ReadStream(CaseId.Of(user).Value))
        {
            events.Add(recorded);
        }

        return events;
    }

    public async Task<SignalRecorded[]> SignalsOf(UserId user) => [.. (await CaseOf(user)).Select(recorded => recorded.Data).OfType<SignalRecorded>()];

    public async Task<Case> StateOf(UserId user) => Case.Stream.Fold(Case.Empty, (await CaseOf(user)).Select(recorded => (CaseEvent)recorded.Data));

    private void Follow()
    {
        daemon = new ProjectionDaemon(consumers, TimeProvider.System);
        daemon.Start();
    }

    private sealed class Clock : TimeProvider
    {
        private long ticks = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

        public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
    }
}
