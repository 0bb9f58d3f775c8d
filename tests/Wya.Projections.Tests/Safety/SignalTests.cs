using Shouldly;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Safety;
using Xunit;

namespace Wya.Projections.Tests.Safety;

/// <summary>What safety notices in the logs of others: from when on, once, without a word or a name of anybody.</summary>
public sealed class SignalTests(SignalHouse house) : IClassFixture<SignalHouse>, IAsyncLifetime
{
    private readonly UserId robin = New();

    /// <summary>Each test has an hour of its own, because what goes on is noticed once an hour.</summary>
    public ValueTask InitializeAsync()
    {
        house.Pass(TimeSpan.FromDays(40));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Thirty_messages_a_minute_to_one_conversation_are_talk_and_the_next_is_a_flood_once_an_hour()
    {
        var conversation = Guid.NewGuid();
        await Say(conversation, SignalRules.MessagesToOneMax);
        (await house.SignalsOf(robin)).ShouldBeEmpty();
        house.Pass(SignalRules.FloodWithin);
        await Say(conversation, SignalRules.MessagesToOneMax);
        (await house.SignalsOf(robin)).ShouldBeEmpty("a minute has passed");

        house.Pass(TimeSpan.FromSeconds(20));
        await Say(conversation, 5);
        SignalRecorded noticed = (await house.SignalsOf(robin)).ShouldHaveSingleItem();
        noticed.ShouldSatisfyAllConditions(
            () => noticed.Kind.ShouldBe(SignalKind.MessageFlood),
            () => noticed.Source.ShouldBe("messaging"),
            () => noticed.At.ShouldBe(house.Now),
            () => noticed.Detail!.Subject.ShouldBe(SafetyKey.Of(house.Safety, robin)),
            () => noticed.Detail!.ValueOr("").ShouldContain("31 messages"));
        house.Pass(TimeSpan.FromHours(1));
        await Say(conversation, SignalRules.MessagesToOneMax + 1);
        (await house.SignalsOf(robin)).Length.ShouldBe(2);
        (await house.Database("safety").Scalar<long>($"select count(*) from message_windows where user_id = '{robin}'")).ShouldBe(1, "rows live for a minute");
    }

    [Fact]
    public async Task A_hundred_messages_a_minute_are_too_many_wherever_they_go()
    {
        for (int i = 0; i < SignalRules.MessagesMax / 10; i++)
        {
            await Say(Guid.NewGuid(), 10);
        }

        (await house.SignalsOf(robin)).ShouldBeEmpty();
        await Say(Guid.NewGuid(), 1);
        (await house.SignalsOf(robin)).ShouldHaveSingleItem().Kind.ShouldBe(SignalKind.MessageFlood);
    }

    [Fact]
    public async Task Counted_by_the_page_a_flood_is_what_it_is_counted_one_by_one()
    {
        var random = new Random(7);
        UserId[] people = [New(), New(), New()];
        Guid[] conversations = [.. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid())];
        List<(UserId Sender, Guid Conversation, DateTimeOffset At)> sent = [];
        for (int append = 0; append < 60; append++)
        {
            house.Pass(TimeSpan.FromSeconds(random.Next(0, 8)));
            Guid conversation = conversations[random.Next(conversations.Length)];
            UserId[] senders = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => people[random.Next(people.Length)])];
            sent.AddRange(senders.Select(sender => (sender, conversation, house.Now)));
            await house.Record("messaging", conversation, [.. senders.Select(sender => new MessageSent(sender, MessageKind.Text, Sealed("And?")))]);
        }

        foreach (UserId person in people)
        {
            List<string> expected = [];
            foreach ((int index, (_, Guid conversation, DateTimeOffset at)) in sent.Index().Where(one => one.Item.Sender == person))
            {
                var window = sent.Take(index + 1)
                    .Where(one => one.Sender == person && SignalRules.SlotOf(one.At) > SignalRules.SlotOf(at) - SignalRules.FloodSlots).ToList();
                (int toOne, int toAll) = (window.Count(one => one.Conversation == conversation), window.Count);
                if (expected.Count == 0 && SignalRules.IsMessageFlood(toOne, toAll)) // once an hour
                {
                    expected.Add($"{toOne} messages to one conversation within a minute, {toAll} to all");
                }
            }

            expected.ShouldHaveSingleItem();
            (await house.SignalsOf(person)).Select(signal => signal.Detail!.ValueOr("")).ShouldBe(expected);
        }

        string rows = $"select count(*) from message_windows where user_id in ('{string.Join("','", people)}')";
        long kept = sent.Where(one => SignalRules.SlotOf(one.At) > SignalRules.SlotOf(sent.Last(last => last.Sender == one.Sender).At) - SignalRules.FloodSlots)
            .Select(one => (one.Sender, SignalRules.SlotOf(one.At), one.Conversation)).Distinct().Count();
        (await house.Database("safety").Scalar<long>(rows)).ShouldBe(kept);
    }

    [Fact]
    public async Task Many_requests_without_an_answer_are_noticed_and_to_be_welcome_is_not()
    {
        for (int i = 0; i < 2 * SignalRules.RequestsMax; i++)
        {
            await house.Record("messaging", Guid.NewGuid(), new ConversationRequested(robin), new RequestAccepted(New()));
            UserId friend = New();
            await house.Record("graph", Guid.NewGuid(), new FriendRequested(robin, friend), new FriendAdded(robin, friend));
        }

        (await house.SignalsOf(robin)).ShouldBeEmpty();
        for (int i = 0; i < SignalRules.RequestsMax; i++)
        {
            await (i % 2 == 0
                ? house.Record("messaging", Guid.NewGuid(), new ConversationRequested(robin))
                : house.Record("graph", Guid.NewGuid(), new FriendRequested(robin, New())));
        }

        (await house.SignalsOf(robin)).ShouldBeEmpty();
        await house.Record("messaging", Guid.NewGuid(), new ConversationRequested(robin));
        (await house.SignalsOf(robin)).ShouldHaveSingleItem().Kind.ShouldBe(SignalKind.RequestFlood);
    }

    [Fact]
    public async Task Requests_that_were_declined_count_for_a_week()
    {
        var conversations = new List<Guid>();
        for (int i = 0; i <= SignalRules.DeclinesMax; i++)
        {
            conversations.Add(Guid.NewGuid());
            await house.Record("messaging", conversations[i], new ConversationRequested(robin));
            house.Pass(TimeSpan.FromHours(12));
        }

        foreach (Guid conversation in conversations.SkipLast(1))
        {
            await house.Record("messaging", conversation, new RequestDeclined(New()));
        }

        (await house.SignalsOf(robin)).ShouldBeEmpty();
        await house.Record("messaging", conversations[^1], new RequestDeclined(New()));
        (await house.SignalsOf(robin)).ShouldHaveSingleItem().Detail!.ValueOr("").ShouldContain("8 declined");
    }

    [Fact]
    public async Task Blocks_by_many_different_people_within_a_month_are_noticed_and_nobody_is_named()
    {
        UserId[] people = [.. Enumerable.Range(0, 5).Select(_ => New())];
        foreach (UserId blocker in people[..4])
        {
            await house.Record("graph", Guid.NewGuid(), new UserBlocked(blocker, robin));
            await house.Record("graph", Guid.NewGuid(), new UserUnblocked(blocker, robin), new UserBlocked(blocker, robin));
        }

        (await house.SignalsOf(robin)).ShouldBeEmpty("four people, however often");
        await house.Record("graph", Guid.NewGuid(), new UserUnblocked(people[0], robin));
        await house.Record("graph", Guid.NewGuid(), new UserBlocked(people[4], robin));
        (await house.SignalsOf(robin)).ShouldBeEmpty("one of them has taken it back");
        await house.Record("graph", Guid.NewGuid(), new UserBlocked(people[0], robin));
        (await house.SignalsOf(robin)).ShouldHaveSingleItem().Kind.ShouldBe(SignalKind.ManyBlocks);
        house.Pass(SignalRules.BlocksWithin);
        await house.Record("graph", Guid.NewGuid(), new UserBlocked(New(), robin));
        (await house.SignalsOf(robin)).Length.ShouldBe(1, "a month has passed");

        string kept = await house.Database("safety").Scalar<string>(
            "select coalesce((select string_agg(t::text, '') from recent_blocks t), '') || (select string_agg(data::text || headers::text, '') from log.mt_events)");
        people.ShouldAllBe(person => !kept.Contains($"{person}"));
    }

    [Fact]
    [Trait("seed", "7.5")]
    public async Task What_somebody_wrote_is_scanned_and_leaves_the_names_of_rules()
    {
        const string words = "I will find you, see http://203.0.113.7/x";
        await Say(Guid.NewGuid(), 1, words);
        await house.Record("messaging", Guid.NewGuid(), new MessageEdited(robin, new MessageId(Guid.NewGuid()), Sealed("i will find you")));
        await house.Record("rooms", Guid.NewGuid(), new GuestbookSigned(robin, "book", Guid.NewGuid(), new Sensitive<string>(robin.Value, words)));
        await Say(Guid.NewGuid(), 1, "See you at eight.");
        await house.Record("messaging", Guid.NewGuid(), new MessageSent(
            robin, MessageKind.Ciphertext, new Sensitive<MessageContent>(robin.Value, new MessageContent(Ciphertext: "aGk="))));

        SignalRecorded[] noticed = await house.SignalsOf(robin);
        noticed.Length.ShouldBe(3);
        noticed.ShouldAllBe(signal => signal.Kind == SignalKind.Content && signal.Source == "scanner" && signal.Weight == 0.6);
        noticed.Select(signal => signal.Detail!.ValueOr("")).Order().ShouldBe(
            ["phrase.threats.1", "phrase.threats.1, link.numeric_host", "phrase.threats.1, link.numeric_host"]);
        string kept = await house.Database("safety").Scalar<string>("select string_agg(data::text, '') from log.mt_events");
        kept.ShouldNotContain("find you");
        kept.ShouldNotContain("phrase.threats");
    }

    [Fact]
    public async Task More_than_twenty_reports_a_day_wait_together_as_one_matter_of_the_reporters_case()
    {
        for (int i = 1; i <= SafetyPolicy.ReportsADayBeforeGrouping; i++)
        {
            await Report(i);
        }

        (await house.CaseOf(robin)).ShouldBeEmpty();
        await Report(21);
        await Report(22);
        Guid reference = SafetyKey.OfReporter(house.Safety, robin);
        (await house.StateOf(robin)).GroupedAs.ShouldBe(reference);
        (await house.CaseOf(robin)).Select(recorded => recorded.Type).ShouldBe(["safety.signal_recorded", "safety.reports_grouped"]);

        // Somebody looks: from then on it is counted anew.
        await house.Record("safety", CaseId.Of(robin).Value, new ReportsUngrouped(robin, reference, WereDismissed: false));
        await Report(23);
        (await house.StateOf(robin)).GroupedAs.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_followed_again_is_recorded_once()
    {
        var conversation = Guid.NewGuid();
        await Say(conversation, SignalRules.MessagesToOneMax + 3, "i will find you");
        foreach (UserId blocker in Enumerable.Range(0, 6).Select(_ => New()))
        {
            await house.Record("graph", Guid.NewGuid(), new UserBlocked(blocker, robin));
        }

        int recorded = (await house.CaseOf(robin)).Count;
        recorded.ShouldBeGreaterThan(SignalRules.MessagesToOneMax);
        await house.FollowAnew();
        (await house.CaseOf(robin)).Count.ShouldBe(recorded);
    }

    [Fact]
    public async Task A_level_climbs_in_the_append_of_what_moved_it_and_a_kind_word_goes_with_it()
    {
        await house.Record("identity", robin.Value, new UserCreated(
            new Sensitive<string>(robin.Value, $"{robin}"), new Sensitive<IReadOnlyList<string>>(robin.Value, [$"{robin}"]), AgeLayer.Adult));
        await house.Followed();
        for (int i = 0; i < 4; i++)
        {
            await Say(Guid.NewGuid(), 1, "i will find you");
        }

        IReadOnlyList<RecordedEvent> events = await house.CaseOf(robin);
        RecordedEvent climbed = events.Single(recorded => recorded.Data is RiskAssessed);
        var assessed = (RiskAssessed)climbed.Data;
        (assessed.From, assessed.To, assessed.Parts.Age).ShouldBe((RiskLevel.Monitor, RiskLevel.Guide, 1));
        assessed.Score.ShouldBe(Risk.Score(assessed.Parts));
        int at = events.ToList().IndexOf(climbed);
        events[at - 1].Data.ShouldBeOfType<SignalRecorded>();
        events[at + 1].Data.ShouldBeOfType<SoftIntervention>().Kind.ShouldBe(InterventionKind.MindTheTone);
        events[at + 1].Id.ShouldBe(EventIds.ForEvent(events[at - 1].Id, 2), "of the same command");
        (await OverlaysTable.Open(house.Safety, robin)).ShouldHaveSingleItem().Kind.ShouldBe("mind_the_tone");
        (await house.StateOf(robin)).Actions.ShouldBeEmpty();
    }

    private static UserId New() => new(Guid.CreateVersion7());

    private Sensitive<MessageContent> Sealed(string text) => new(robin.Value, new MessageContent(text));

    private async Task Say(Guid conversation, int times, string text = "Come in!")
    {
        for (int i = 0; i < times; i++)
        {
            await house.Record("messaging", conversation, new MessageSent(robin, MessageKind.Text, Sealed(text)));
        }
    }

    private Task<long> Report(int number)
    {
        UserId about = New();
        Guid reference = SafetyKey.OfReporter(house.Safety, robin);
        return house.Record("safety", CaseId.Of(about).Value, new ReportSubmitted(
            Guid.CreateVersion7(), about, Category.Spam, CasePriority.Low, reference, ReportSubjectKind.Person, house.Safety.KeyedId($"subject:{number}"),
            new Sensitive<ReporterStatement>(reference, new ReporterStatement(robin))));
    }
}
