using Shouldly;
using Wya.Prove.Delivery;
using Xunit;

namespace Wya.Prove.Tests;

/// <summary>The checker is worth what it catches: each fault is planted in what was right before.</summary>
public sealed class DeliveryCheckerTests
{
    private static readonly Guid First = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Second = Guid.Parse("22222222-2222-2222-2222-222222222222");

    // Two conversations, each created and then written in by two people in turn.
    private readonly List<Place> log = [];
    private readonly List<SentMessage> sent = [];

    public DeliveryCheckerTests()
    {
        Add(First, "conversation.created");
        Add(Second, "conversation.created");
        for (int nth = 0; nth < 4; nth++)
        {
            foreach (Guid conversation in new[] { First, Second })
            {
                Place place = Add(conversation, Place.Sent);
                sent.Add(new SentMessage(place.Id, conversation, Sender: nth % 2, nth) { Sequence = place.Sequence });
            }
        }
    }

    private SendFindings Sends => DeliveryChecker.CheckSends(log, sent);

    private IReadOnlyList<FeedEntry> Feed => DeliveryChecker.ExpectedFeed(log, new HashSet<Guid> { First }, after: 2);

    private IReadOnlyList<PageEntry> Messages =>
        [.. log.Where(place => place.Conversation == First && place.Type == Place.Sent).Select(place => new PageEntry(place.Sequence, place.Id, "mark"))];

    [Fact]
    public void What_was_acknowledged_and_is_there_once_holds()
    {
        Sends.Holds.ShouldBeTrue();
        Sends.Acknowledged.ShouldBe(8);
    }

    [Fact]
    public void An_acknowledged_message_that_is_not_in_the_log_is_lost()
    {
        log[^1] = log[^1] with { Id = Guid.NewGuid() };

        Sends.Lost.ShouldBe(1);
        Sends.Foreign.ShouldBe(1);
        Sends.SequenceGaps.ShouldBe(0);
    }

    [Fact]
    public void A_message_that_was_never_answered_may_be_there_or_not()
    {
        sent[^1] = sent[^1] with { Sequence = 0 };
        Sends.Holds.ShouldBeTrue();

        log.RemoveAt(log.Count - 1);
        Sends.Holds.ShouldBeTrue();
    }

    [Fact]
    public void A_message_that_is_there_twice_is_found()
    {
        log.Add(log[^1] with { Position = log.Count + 1, Sequence = log[^1].Sequence + 1 });

        Sends.Doubled.ShouldBe(1);
        Sends.SequenceGaps.ShouldBe(0);
    }

    [Fact]
    public void An_acknowledgement_of_another_sequence_is_found()
    {
        sent[0] = sent[0] with { Sequence = sent[0].Sequence + 1 };

        Sends.Misplaced.ShouldBe(1);
    }

    [Fact]
    public void A_message_in_another_conversation_is_found()
    {
        sent[0] = sent[0] with { Conversation = Second };

        Sends.Misplaced.ShouldBe(1);
    }

    [Fact]
    public void Messages_of_one_sender_that_changed_places_are_found()
    {
        Swap(log, 2, 6, (a, b) => a with { Id = b.Id });

        Sends.OutOfOrder.ShouldBeGreaterThan(0);
        Sends.Misplaced.ShouldBe(2);
    }

    [Fact]
    public void A_hole_in_a_conversations_sequence_is_found()
    {
        log.RemoveAt(4);

        Sends.SequenceGaps.ShouldBe(1);
    }

    [Fact]
    public void A_feed_that_holds_the_log_holds() => DeliveryChecker.CheckSeen(Feed, Feed).Holds.ShouldBeTrue();

    [Fact]
    public void A_feed_holds_nothing_of_other_conversations() => Feed.ShouldAllBe(entry => entry.Conversation == First);

    [Fact]
    public void A_gap_in_a_feed_is_found() => DeliveryChecker.CheckSeen(Feed, [.. Feed.Where((_, i) => i != 1)]).ShouldBe(new SeenFindings(1, 0, 0, 0));

    [Fact]
    public void An_event_that_comes_twice_is_found() => DeliveryChecker.CheckSeen(Feed, [.. Feed, Feed[0]]).ShouldBe(new SeenFindings(0, 1, 0, 0));

    [Fact]
    public void Two_events_of_a_feed_that_changed_places_are_found() =>
        DeliveryChecker.CheckSeen(Feed, [Feed[1], Feed[0], .. Feed.Skip(2)]).ShouldBe(new SeenFindings(0, 0, 1, 0));

    [Fact]
    public void An_event_that_the_feed_places_elsewhere_is_found() =>
        DeliveryChecker.CheckSeen(Feed, [Feed[0] with { Sequence = 9 }, .. Feed.Skip(1)]).ShouldBe(new SeenFindings(1, 0, 0, 1));

    [Fact]
    public void An_event_of_a_conversation_that_is_not_theirs_is_found() =>
        DeliveryChecker.CheckSeen(Feed, [.. Feed, FeedEntry.Of(log[^1])]).ShouldBe(new SeenFindings(0, 0, 0, 1));

    [Fact]
    public void A_pass_that_read_everything_holds() => DeliveryChecker.CheckPass(Messages, new PagePass(5, Messages)).Holds.ShouldBeTrue();

    [Fact]
    public void A_pass_need_not_hold_what_came_after_it_began() =>
        DeliveryChecker.CheckPass(Messages, new PagePass(4, [.. Messages.Take(3)])).Holds.ShouldBeTrue();

    [Fact]
    public void A_pass_must_hold_what_was_acknowledged_before_it_began() =>
        DeliveryChecker.CheckPass(Messages, new PagePass(5, [.. Messages.Take(3)])).Missed.ShouldBe(1);

    [Fact]
    public void A_page_that_skips_one_is_found() =>
        DeliveryChecker.CheckPass(Messages, new PagePass(5, [.. Messages.Where((_, i) => i != 1)])).Missed.ShouldBe(1);

    [Fact]
    public void A_page_that_shows_one_twice_is_found() =>
        DeliveryChecker.CheckPass(Messages, new PagePass(5, [.. Messages, Messages[^1]])).Doubled.ShouldBe(1);

    [Fact]
    public void A_message_that_says_what_another_one_said_is_found() =>
        DeliveryChecker.CheckPass(Messages, new PagePass(5, [Messages[0] with { Mark = "other" }, .. Messages.Skip(1)])).Foreign.ShouldBe(1);

    private Place Add(Guid conversation, string type)
    {
        var place = new Place(log.Count + 1, conversation, log.Count(one => one.Conversation == conversation) + 1, type, Guid.NewGuid());
        log.Add(place);
        return place;
    }

    private static void Swap(List<Place> places, int a, int b, Func<Place, Place, Place> with) =>
        (places[a], places[b]) = (with(places[a], places[b]), with(places[b], places[a]));
}
