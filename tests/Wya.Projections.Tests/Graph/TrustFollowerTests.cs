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
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>Trust as it comes out of the logs of the other domains, and as identity hears of it.</summary>
public sealed class TrustFollowerTests(TrustHouse house) : IClassFixture<TrustHouse>, IAsyncLifetime
{
    private readonly UserId mara = New();

    public async ValueTask InitializeAsync() => await Recorded("identity", mara.Value, "user", new UserCreated(
        new Sensitive<string>(mara.Value, $"{mara}"), new Sensitive<IReadOnlyList<string>>(mara.Value, [$"{mara}"]), AgeLayer.Adult));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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
        string said = await house.Database("graph").Scalar<string>(
            $"select string_agg(data::text || headers::text, '') from log.mt_events where stream_id = '{TrustLedger.StreamOf(mara)}'");
        said.ShouldContain(mara.ToString());
        said.ShouldNotContain(noor.ToString());
        said.ShouldNotContain(kim.ToString());

        DateTimeOffset later = DateTimeOffset.UtcNow.AddMonths(1);
        decimal counted = (await TrustScoresTable.Scores(house.Graph, [mara, noor, kim], later))[mara];
        counted.ShouldBeGreaterThan(0.5m);
        (await Ledger(mara)).Course.At(later).Score.ShouldBe(counted);
    }

    [Fact]
    public async Task Every_decision_counts_once_and_is_as_if_it_had_never_been_when_it_is_reversed()
    {
        var statement = new Sensitive<StatementOfReasons>(Guid.NewGuid(), new StatementOfReasons("What.", "Facts.", "Ground.", "Appeal."));
        var basis = new ActionBasis(Category.Spam, GroundKind.Rule, DateTimeOffset.UtcNow, Guid.NewGuid(), FromReport: true, AutomationDetected: false);
        Guid[] actions = [.. Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7())];
        var message = new TakenDownContent(TakenDownKind.Message, ConversationId: Guid.NewGuid(), MessageId: Guid.NewGuid());
        TrustLedger before = await Ledger(mara);

        await Recorded("safety", "case",
            new WarningIssued(actions[0], mara, basis, statement),
            new RestrictionApplied(actions[1], mara, RestrictionKind.Mute, null, basis, statement),
            new CapabilityRestricted(actions[2], mara, "chat.group", basis, statement),
            new SuspensionApplied(actions[3], mara, DateTimeOffset.UtcNow.AddDays(1), basis, statement),
            new BanApplied(actions[4], mara, Guid.NewGuid(), basis, statement),
            new ContentTakenDown(actions[5], mara, message, basis, statement),
            new BanProposed(Guid.NewGuid(), mara, basis, statement)); // does nothing until another agrees
        (await Evidence(mara)).ShouldBe(Enumerable.Repeat(TrustEvidence.Moderated, actions.Length));
        (await Ledger(mara)).Histories[(int)TrustFactor.ModerationOutcomes].Steps.Select(step => step.ActionId!.Value).ShouldBe(actions);

        await Recorded("safety", "case", [.. actions.Select(action => new ActionReversed(action))]);
        (await Score(mara)).ShouldBe(0.5m);
        TrustLedger after = await Ledger(mara);
        after.Histories[(int)TrustFactor.ModerationOutcomes].Steps.ShouldBeEmpty();
        (after.Month, after.Counts).ShouldBe((before.Month, before.Counts));
    }

    [Fact]
    public async Task A_report_that_was_right_and_one_that_was_false_count_for_who_made_them_who_stands_nowhere_in_the_clear()
    {
        Guid key = Guid.NewGuid();
        await Recorded("safety", "case", Resolved(ReportOutcome.Upheld), Resolved(ReportOutcome.NoViolation), Resolved(ReportOutcome.FalseReport));

        (await Evidence(mara)).ShouldBe([TrustEvidence.ReportUpheld, TrustEvidence.ReportRejected]);
        (await house.Database("safety").Scalar<long>(
            $"select count(*) from log.mt_events where data::text || headers::text || stream_id::text || id::text like '%{mara}%'")).ShouldBe(0);

        foreach (RecordedEvent recorded in await house.GraphStore.ReadStream(TrustLedger.StreamOf(mara)).ToListAsync())
        {
            recorded.Id.Version.ShouldBe(8); // made from a name, under the keys: nobody finds the report by it
            string evidence = $"{((TrustUpdated)recorded.Data).Evidence}";
            (await house.Database("safety").Scalar<string>("select coalesce(string_agg(id::text, ','), '') from log.mt_events")).Split(',')
                .ShouldAllBe(report => EventIds.ForCommand("system", $"trust {evidence}", report) != recorded.Id);
        }

        await house.Keys.Subjects.Destroy([key]); // their safety key went with them
        await Recorded("safety", "case", Resolved(ReportOutcome.Upheld));
        (await Evidence(mara)).Count.ShouldBe(2);

        ReportResolved Resolved(ReportOutcome outcome) => new(Guid.NewGuid(), outcome, key, new Sensitive<Guid>(key, mara.Value));
    }

    [Fact]
    public async Task A_message_is_never_opened_and_counts_for_nothing()
    {
        UserId noor = New();
        long before = await house.GraphStore.Head();
        Guid conversation = await Recorded("messaging", "conversation", Direct(mara, noor), Says(noor), Says(mara));
        await house.Keys.Subjects.Destroy([mara.Value, noor.Value]); // whoever tried to open them would find nothing
        await Recorded("messaging", conversation, "conversation", new MessageRead(noor, new MessageId(Guid.CreateVersion7()), 2, IsPublic: true));
        (await house.GraphStore.Head()).ShouldBe(before);
        house.Followers.Where(consumer => consumer.Opens).Select(consumer => consumer.Source.Domain).ShouldBe(["safety"]); // who made a report
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
        long head = await house.GraphStore.Head();
        string course = await Course("graph", "trust_scores");

        await house.FollowAnew();

        (await house.GraphStore.Head()).ShouldBe(head);
        ReadModel scores = GraphDomain.Definition.ReadModels.Single(model => model.Name == "TrustScores");
        (await ReadModelCheck.Compare(house.Graph, scores, TimeProvider.System)).IsNone.ShouldBeTrue();
        (await Course("graph", "trust_scores")).ShouldBe(course);
        await Eventually.Is(async () => await Course("identity", "earned_trust") == course, "identity keeps what was announced");
    }

    [Fact]
    public async Task An_erasure_leaves_no_score_and_none_comes_again()
    {
        await Recorded("identity", mara.Value, "user", new UserVerified());
        var personal = new TrustPersonalData();
        ExportSection exported = personal.Export(house.Held, mara).Single();
        (exported.Name, (await exported.Items.ToListAsync()).Single()["score"]!.GetValue<decimal>()).ShouldBe(("trust", 0.5m));
        (await personal.Find(house.Held, mara)).Single(store => store.Store == "table trust_scores").Readable.ShouldBe(1);
        await Eventually.Is(async () => await Rows("identity", "earned_trust") == 1, "identity has heard of it");

        (await personal.Forget(house.Held, mara, position: long.MaxValue)).ShouldNotBeNull().Reason.ShouldContain("TrustOfIdentity");
        await Recorded("identity", mara.Value, "user", new UserErased());
        await Recorded("graph", "edge", new FriendAdded(mara, New()));

        (await personal.Forget(house.Held, mara, position: 1)).ShouldBeNull();
        (await personal.Find(house.Held, mara)).ShouldAllBe(store => store.Readable == 0);
        (await Rows("graph", "trust_scores")).ShouldBe(0);
        await Eventually.Is(async () => await Rows("identity", "earned_trust") == 0, "identity has dropped it");
    }

    private static UserId New() => new(Guid.CreateVersion7());

    private static ConversationCreated Direct(UserId by, UserId other) =>
        new(ConversationKind.Direct, AgeLayer.Adult, by, [by, other], IsRequest: true);

    private static MessageSent Says(UserId author) =>
        new(author, MessageKind.Text, new Sensitive<MessageContent>(author.Value, new MessageContent("I am around.")));

    private async Task<TrustLedger> Ledger(UserId user) =>
        (await house.GraphStore.Load(TrustLedger.Stream, TrustLedger.StreamOf(user))).State;

    private async Task<List<TrustEvidence>> Evidence(UserId user) =>
        await house.GraphStore.ReadStream(TrustLedger.StreamOf(user)).Select(recorded => ((TrustUpdated)recorded.Data).Evidence).ToListAsync();

    private async Task<decimal> Score(UserId user) => (await TrustScoresTable.Scores(house.Graph, [user], DateTimeOffset.UtcNow))[user];

    private Task<string> Course(string domain, string table) =>
        house.Database(domain).Scalar<string>($"select coalesce(max(course::text), '') from {table} where user_id = '{mara}'");

    private Task<long> Rows(string domain, string table) =>
        house.Database(domain).Scalar<long>($"select count(*) from {table} where user_id = '{mara}'");

    private async Task<double> Identity(UserId user) =>
        EarnedTrustTable.Score(await house.Database("identity").Scalar<string>($"select course::text from earned_trust where user_id = '{user}'"), DateTimeOffset.UtcNow);

    /// <summary>What identity holds once it has come to the head of the graph's log.</summary>
    private async Task<T> Eventual<T>(Func<Task<T>> read)
    {
        Consumer follower = house.Consumers.Single(consumer => consumer.Name == IdentityDomain.Trust);
        await Eventually.Is(async () => await Positions.Of(follower) >= await Positions.Head(follower), "identity has heard of all");
        return await read();
    }

    private Task<Guid> Recorded(string domain, string streamType, params IReadOnlyList<object> facts) =>
        Recorded(domain, Guid.CreateVersion7(), streamType, facts);

    private async Task<Guid> Recorded(string domain, Guid stream, string streamType, params IReadOnlyList<object> facts)
    {
        await house.Record(domain, stream, streamType, facts);
        return stream;
    }
}
