using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Messaging;
using Wya.Projections.Safety;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>Trust as it comes out of the logs of the other domains, and as identity hears of it.</summary>
public sealed class TrustFollowerTests : IAsyncLifetime
{
    private readonly Dictionary<string, TestDatabase> databases = [];
    private readonly Dictionary<string, PostgresEventStore> stores = [];
    private readonly List<Consumer> consumers = [];
    private readonly UserId mara = new(Guid.CreateVersion7());
    private TestKeys? keys;
    private ProjectionDaemon? daemon;

    private LogDatabase Graph => databases["graph"].Log;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        foreach (DomainDefinition domain in new[] { IdentityDomain.Definition, GraphDomain.Definition, MessagingDomain.Definition, SafetyDomain.Definition })
        {
            databases[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs);
            stores[domain.Name] = new PostgresEventStore(databases[domain.Name].Log, TimeProvider.System, domain.ReadModels.Where(model => model.Inline));
        }

        consumers.AddRange(GraphDomain.Definition.Followers.Select(follower =>
            Consumer.Of(follower.Name, databases[follower.Source].Log, Graph, follower.Handle(stores["graph"]), opens: false)));
        consumers.AddRange(IdentityDomain.Definition.Subscriptions.Where(one => one.Source == "graph")
            .Select(one => Consumer.Of(one.Model, Graph, databases["identity"].Log)));
        daemon = new ProjectionDaemon(consumers, TimeProvider.System);
        daemon.Start();
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

    [Fact]
    public async Task What_the_domains_record_is_counted_once_and_nobody_else_is_named()
    {
        UserId noor = New(), kim = New();
        await Recorded("graph", "edge", new FriendAdded(mara, noor), new FriendRemoved(noor, mara), new FriendAdded(noor, mara)); // the same two
        await Recorded("messaging", "conversation", Direct(mara, kim), new ConversationRequested(mara), new RequestAccepted(kim));
        await Recorded("messaging", "conversation", Direct(noor, mara), new ConversationRequested(noor), new RequestDeclined(mara));
        await Recorded("messaging", "conversation", new ConversationCreated(ConversationKind.Group, AgeLayer.Adult, mara, [mara, noor, kim], IsRequest: false));
        await Recorded("messaging", "conversation", new ConversationCreated(ConversationKind.Group, AgeLayer.Adult, mara, [mara, noor], IsRequest: false));
        await Recorded("identity", mara.Value, "user", new UserVerified());
        var restriction = Guid.CreateVersion7();
        await Recorded("safety", "case", new RestrictionApplied(restriction, mara, RestrictionKind.Mute));
        (await Score(mara)).ShouldBeLessThan(0.5m);
        (await Eventual(() => Identity(mara))).ShouldBe((double)await Score(mara)); // and identity knows the same
        await Recorded("safety", "case", new ActionReversed(restriction), new ActionReversed(Guid.CreateVersion7()));
        (await Score(mara)).ShouldBe(0.5m);
        (await Score(kim)).ShouldBe(0.5m);

        (await Evidence(mara)).ShouldBe(
        [
            TrustEvidence.Welcomed, TrustEvidence.Welcomed, TrustEvidence.Contributed, TrustEvidence.Verified,
            TrustEvidence.Moderated, TrustEvidence.ModerationReversed,
        ]);
        (await Evidence(noor)).ShouldBe([TrustEvidence.Welcomed, TrustEvidence.TurnedAway]);
        (await Evidence(kim)).ShouldBeEmpty();
        string said = await databases["graph"].Scalar<string>(
            $"select string_agg(data::text || headers::text, '') from log.mt_events where stream_id = '{TrustLedger.StreamOf(mara)}'");
        said.ShouldContain(mara.ToString());
        said.ShouldNotContain(noor.ToString());
        said.ShouldNotContain(kim.ToString());

        DateTimeOffset later = DateTimeOffset.UtcNow.AddMonths(1);
        decimal counted = (await TrustScoresTable.Scores(Graph, [mara, noor, kim], later))[mara];
        counted.ShouldBeGreaterThan(0.5m);
        (await Ledger(mara)).Course.At(later).Score.ShouldBe(counted);
    }

    [Fact]
    public async Task A_message_is_never_opened_and_counts_for_nothing()
    {
        UserId noor = New();
        long before = await stores["graph"].Head();
        Guid conversation = await Recorded("messaging", "conversation", Direct(mara, noor), Says(noor), Says(mara));
        await keys!.Subjects.Destroy([mara.Value, noor.Value]); // whoever tried to open them would find nothing
        await Recorded("messaging", conversation, "conversation", new MessageRead(noor, new MessageId(Guid.CreateVersion7()), 2, IsPublic: true));
        (await stores["graph"].Head()).ShouldBe(before);
        consumers.Where(consumer => consumer.Model is null).ShouldAllBe(consumer => !consumer.Opens);
    }

    [Fact]
    public async Task A_brigade_of_five_hundred_moves_a_factor_by_no_more_than_the_bound()
    {
        foreach (int _ in Enumerable.Range(0, 5))
        {
            await Recorded("graph", "edge", [.. Enumerable.Range(0, 100).Select(_ => new UserBlocked(New(), mara))]);
        }

        (await Evidence(mara)).Count.ShouldBe(5);
        TrustPoint after = (await Ledger(mara)).Course.At(DateTimeOffset.UtcNow.AddMonths(1));
        (TrustFactors.Neutral - after.InteractionQuality).ShouldBeInRange(0.01, TrustRules.TurnedAwayStepMax);
        (await Score(mara)).ShouldBe(0.5m); // this month nobody can see it
    }

    [Fact]
    public async Task Followed_anew_from_the_beginning_it_records_nothing_twice_and_rebuilt_the_rows_are_the_same()
    {
        await Recorded("graph", "edge", new FriendAdded(mara, New()), new UserBlocked(New(), mara));
        await Recorded("safety", "case", new RestrictionApplied(Guid.CreateVersion7(), mara, RestrictionKind.Mute));
        long head = await stores["graph"].Head();
        string course = await Course("graph", "trust_scores");

        await daemon!.DisposeAsync();
        await databases["graph"].Execute("delete from log.mt_event_progression where name like 'TrustOf%'");
        daemon = new ProjectionDaemon(consumers, TimeProvider.System);
        daemon.Start();
        foreach (Consumer follower in consumers.Where(consumer => consumer.Model is null))
        {
            await Eventually.Is(async () => await Positions.Of(follower) >= await Positions.Head(follower), $"{follower.Name} is there again");
        }

        (await stores["graph"].Head()).ShouldBe(head);
        ReadModel scores = GraphDomain.Definition.ReadModels.Single(model => model.Name == "TrustScores");
        (await ReadModelCheck.Compare(Graph, scores, TimeProvider.System)).IsNone.ShouldBeTrue();
        (await Course("graph", "trust_scores")).ShouldBe(course);
        await Eventually.Is(async () => await Course("identity", "earned_trust") == course, "identity keeps what was announced");
    }

    [Fact]
    public async Task An_erasure_leaves_no_score_and_none_comes_again()
    {
        await Recorded("identity", mara.Value, "user", new UserVerified());
        var held = new HeldBy(Graph, stores["graph"], GraphDomain.Definition.ReadModels, consumers, TimeProvider.System);
        var personal = new TrustPersonalData();
        ExportSection exported = personal.Export(held, mara).Single();
        (exported.Name, (await exported.Items.ToListAsync()).Single()["score"]!.GetValue<decimal>()).ShouldBe(("trust", 0.5m));
        (await personal.Find(held, mara)).Single(store => store.Store == "table trust_scores").Readable.ShouldBe(1);
        await Eventually.Is(async () => await Rows("identity", "earned_trust") == 1, "identity has heard of it");

        (await personal.Forget(held, mara, position: long.MaxValue)).ShouldNotBeNull().Reason.ShouldContain("TrustOfIdentity");
        await Recorded("identity", mara.Value, "user", new UserErased());
        await Recorded("graph", "edge", new FriendAdded(mara, New()));

        (await personal.Forget(held, mara, position: 1)).ShouldBeNull();
        (await personal.Find(held, mara)).ShouldAllBe(store => store.Readable == 0);
        (await Rows("graph", "trust_scores")).ShouldBe(0);
        await Eventually.Is(async () => await Rows("identity", "earned_trust") == 0, "identity has dropped it");
    }

    private static UserId New() => new(Guid.CreateVersion7());

    private static ConversationCreated Direct(UserId by, UserId other) =>
        new(ConversationKind.Direct, AgeLayer.Adult, by, [by, other], IsRequest: true);

    private static MessageSent Says(UserId author) =>
        new(author, MessageKind.Text, new Sensitive<MessageContent>(author.Value, new MessageContent("I am around.")));

    private Task<TrustLedger> Ledger(UserId user) => Loaded(stores["graph"], user);

    private static async Task<TrustLedger> Loaded(PostgresEventStore graph, UserId user) =>
        (await graph.Load(TrustLedger.Stream, TrustLedger.StreamOf(user))).State;

    private async Task<List<TrustEvidence>> Evidence(UserId user) =>
        await stores["graph"].ReadStream(TrustLedger.StreamOf(user)).Select(recorded => ((TrustUpdated)recorded.Data).Evidence).ToListAsync();

    private async Task<decimal> Score(UserId user) => (await TrustScoresTable.Scores(Graph, [user], DateTimeOffset.UtcNow))[user];

    private Task<string> Course(string domain, string table) =>
        databases[domain].Scalar<string>($"select coalesce(max(course::text), '') from {table} where user_id = '{mara}'");

    private Task<long> Rows(string domain, string table) =>
        databases[domain].Scalar<long>($"select count(*) from {table} where user_id = '{mara}'");

    private async Task<double> Identity(UserId user) =>
        EarnedTrustTable.Score(await databases["identity"].Scalar<string>($"select course::text from earned_trust where user_id = '{user}'"), DateTimeOffset.UtcNow);

    /// <summary>What identity holds once it has come to the head of the graph's log.</summary>
    private async Task<T> Eventual<T>(Func<Task<T>> read)
    {
        Consumer follower = consumers.Single(consumer => consumer.Name == IdentityDomain.Trust);
        await Eventually.Is(async () => await Positions.Of(follower) >= await Positions.Head(follower), "identity has heard of all");
        return await read();
    }

    private async Task<Guid> Recorded(string domain, string streamType, params IReadOnlyList<object> facts) =>
        await Recorded(domain, Guid.CreateVersion7(), streamType, facts);

    /// <summary>Recorded, and followed.</summary>
    private async Task<Guid> Recorded(string domain, Guid stream, string streamType, params IReadOnlyList<object> facts)
    {
        AppendOutcome outcome = await stores[domain].Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, streamType, ExpectedVersion.Any, facts)));
        long position = outcome.ShouldBeOfType<AppendOutcome.Appended>().Position;
        Consumer follower = consumers.Single(consumer => consumer.Source == databases[domain].Log && consumer.Model is null);
        await Eventually.Is(async () => await Positions.Of(follower) >= position, $"{follower.Name} has come to {position}");
        (await DeadLetters.IsParked(follower, stream)).ShouldBeFalse();
        return stream;
    }
}
