using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Tests.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Messaging.TalkSpec;

namespace Wya.Domain.Tests.Messaging;

/// <summary>What holds for every conversation, whatever its people do and in whatever order.</summary>
public sealed class ConversationHistoryTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true);

    private static readonly Gen<Chatter> Anybody = Gen.Elements(Mara, Noor, Kim);

    private static readonly Gen<Relation> Between =
        from friends in Gen.Elements(true, false)
        from blocked in Gen.Elements(false, false, false, true)
        select new Relation(null, friends && !blocked, blocked);

    private static readonly Gen<Wish> Wishes = Gen.OneOf(
        Wish("start", (talk, self, other, _) => CreateDirectConversation.Decide(talk.State, self, other, Now)),
        Wish("gather", (talk, self, other, _) => CreateGroup.Decide(talk.State, new CreateGroup([other.Other!.Id]), self, [other], Now)),
        Wish("send", (talk, self, other, _) => talk.State.Send(self, other), isNewEachTime: true),
        Wish("edit", (talk, self, other, n) => talk.State.Edit(self, other, talk.Find(self, n), n % 2 == 0 ? "One" : "Other")),
        Wish("delete", (talk, self, other, n) => talk.State.Delete(self, other, talk.Find(self, n))),
        Wish("react", (talk, self, other, n) => talk.State.React(self, other, talk.Find(self, n), n % 3 == 0 ? "👍" : "❤️")),
        Wish("take back", (talk, self, other, n) => talk.State.TakeBack(self, other, talk.Find(self, n), n % 3 == 0 ? "👍" : "❤️")),
        Wish("read", (talk, self, other, n) => talk.State.Read(self, other, talk.Find(self, n), isPublic: n % 2 == 0)),
        Wish("answer", (talk, self, other, n) => talk.State.Answer(self, other, accept: n % 2 == 0)),
        Wish("add", (talk, self, other, _) => talk.State.Add(self, other, other)),
        Wish("remove", (talk, self, other, _) => talk.State.Remove(self, other.Other!, other)),
        Wish("leave", (talk, self, other, _) => LeaveConversation.Decide(talk.State, self, other)),
        Wish("archive", (talk, self, other, n) => n % 5 == 0 ? ArchiveConversation.Decide(talk.State, self, other) : Decision<ConversationEvent>.Nothing),
        Wish("mute", (talk, self, other, _) => MuteConversation.Decide(talk.State, self, other)),
        Wish("unmute", (talk, self, other, _) => UnmuteConversation.Decide(talk.State, self, other)));

    private static readonly Arbitrary<List<Wish>> AnyHistory = Gen.ListOf(Wishes).Select(wishes => wishes.ToList()).ToArbitrary();

    [Fact]
    public void Every_command_may_be_sent_twice_and_the_second_time_records_nothing() =>
        Prop.ForAll(AnyHistory, history =>
        {
            var talk = new Talk();
            foreach (Wish wish in history)
            {
                Decision<ConversationEvent> first = wish.Decide(talk);
                talk.Take(first.Events);
                if (wish.IsNewEachTime)
                {
                    continue; // its id is what tells a message sent again, and the log keeps it
                }

                Decision<ConversationEvent> second = wish.Decide(talk);
                second.Events.ShouldBeEmpty(wish.ToString());
                second.Refusal.ShouldBe(first.Refusal, wish.ToString());
            }
        }).Check(Quietly);

    [Fact]
    [Trait("seed", "5.1")]
    public void Nothing_that_happens_to_messages_changes_what_may_happen_next() =>
        Prop.ForAll(AnyHistory, history =>
        {
            var talk = new Talk();
            foreach (Wish wish in history)
            {
                talk.Take(wish.Decide(talk).Events);
            }

            Conversation withoutMessages = Given([.. talk.Recorded.Where(fact => fact is not MessageEvent)]);
            withoutMessages.Participants.SetEquals(talk.State.Participants).ShouldBeTrue();
            withoutMessages.Muted.SetEquals(talk.State.Muted).ShouldBeTrue();
            (withoutMessages with { Participants = [], Muted = [] }).ShouldBe(talk.State with { Participants = [], Muted = [] });
        }).Check(Quietly);

    [Fact]
    [Trait("seed", "A5")]
    public void Only_participants_ever_do_anything_with_messages() =>
        Prop.ForAll(AnyHistory, history =>
        {
            var talk = new Talk();
            foreach (Wish wish in history)
            {
                Conversation before = talk.State;
                IReadOnlyList<ConversationEvent> facts = wish.Decide(talk).Events;
                facts.OfType<MessageEvent>().ShouldAllBe(fact => before.Holds(fact.SenderId));
                if (wish.Other.IsBlocked && before.Kind == ConversationKind.Direct)
                {
                    facts.OfType<MessageEvent>().ShouldBeEmpty(wish.ToString());
                }

                talk.Take(facts);
            }
        }).Check(Quietly);

    [Fact]
    public void Every_event_of_a_conversation_has_its_arm_and_those_of_messages_are_named_so()
    {
        Type[] facts = [.. typeof(ConversationEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ConversationEvent)) && !type.IsAbstract)];
        facts.ShouldBe(
            EventCatalogue.Types.All.Select(type => type.Record).Where(record => record.IsSubclassOf(typeof(ConversationEvent))), ignoreOrder: true);
        foreach (EventType type in EventCatalogue.Types.All.Where(type => facts.Contains(type.Record)))
        {
            byte[] sample = File.ReadAllBytes(Repository.PathTo("tests", "Wya.Domain.Tests", "Samples", $"{type.Name}.v{type.Version}.json"));
            var fact = (ConversationEvent)type.Read(type.Version, sample);
            Conversation before = Given(Group(Noor));
            bool changes = !ReferenceEquals(Conversation.Evolve(before, fact), before);
            changes.ShouldBe(!type.Name.StartsWith(Conversation.Stream.Passing!, StringComparison.Ordinal), type.Name);
            (fact is MessageEvent or ModerationEvent).ShouldBe(type.Name.StartsWith("message.", StringComparison.Ordinal), type.Name);
        }
    }

    private static Gen<Wish> Wish(
        string what, Func<Talk, Chatter, Relation, int, Decision<ConversationEvent>> decide, bool isNewEachTime = false) =>
        from self in Anybody
        from other in Anybody.Where(other => other.Id != self.Id)
        from between in Between
        from n in Gen.Choose(0, 29)
        let relation = between with { Other = other }
        select new Wish($"{what} {self.Id} {other.Id} {relation.IsBlocked} {n}", relation, isNewEachTime, talk => decide(talk, self, relation, n));
}

/// <summary>What somebody wants, and what stands between them and somebody else.</summary>
public sealed record Wish(string What, Relation Other, bool IsNewEachTime, Func<Talk, Decision<ConversationEvent>> Decide)
{
    public override string ToString() => What;
}

/// <summary>A conversation with its messages, as the read model holds them.</summary>
public sealed class Talk
{
    private readonly List<ConversationEvent> recorded = [];
    private readonly List<MessageInSight> messages = [];
    private readonly HashSet<(MessageId Message, UserId User, string Emoji)> reactions = [];
    private readonly Dictionary<UserId, (long Read, long Public)> read = [];

    public Conversation State { get; private set; } = Conversation.NotCreated;

    public IReadOnlyList<ConversationEvent> Recorded => recorded;

    public MessageInSight? Find(Chatter self, int n)
    {
        if (messages.Count == 0 || n == 29)
        {
            return null;
        }

        MessageInSight message = messages[n % messages.Count];
        (long upTo, long shown) = read.GetValueOrDefault(self.Id);
        return message with
        {
            Content = message.SenderId == self.Id ? message.Content : null,
            OwnReactions = [.. reactions.Where(one => one.Message == message.Id && one.User == self.Id).Select(one => one.Emoji)],
            ReadSequence = upTo,
            PublicReadSequence = shown,
        };
    }

    public void Take(IReadOnlyList<ConversationEvent> facts)
    {
        foreach (ConversationEvent fact in facts)
        {
            recorded.Add(fact);
            State = Conversation.Evolve(State, fact);
            switch (fact)
            {
                case MessageSent sent:
                    messages.Add(new MessageInSight(
                        new MessageId(Guid.NewGuid()), recorded.Count, sent.SenderId, sent.Kind, false, false, sent.Content.ValueOr(new MessageContent()), [], 0, 0));
                    break;
                case MessageEdited edited:
                    Change(edited.MessageId, message => message with { Content = edited.Content.ValueOr(new MessageContent()) });
                    break;
                case MessageDeleted deleted:
                    Change(deleted.MessageId, message => message with { Content = null, IsDeleted = true });
                    break;
                case MessageReacted reacted:
                    reactions.Add((reacted.MessageId, reacted.SenderId, reacted.Emoji));
                    break;
                case ReactionRemoved removed:
                    reactions.Remove((removed.MessageId, removed.SenderId, removed.Emoji));
                    break;
                case MessageRead mark:
                    (long upTo, long shown) = read.GetValueOrDefault(mark.SenderId);
                    read[mark.SenderId] = (Math.Max(upTo, mark.Sequence), mark.IsPublic ? Math.Max(shown, mark.Sequence) : shown);
                    break;
            }
        }
    }

    private void Change(MessageId id, Func<MessageInSight, MessageInSight> change)
    {
        int at = messages.FindIndex(message => message.Id == id);
        messages[at] = change(messages[at]);
    }
}
