using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Tests.Messaging;

/// <summary>Given what happened in a conversation, when somebody wants something there, then this is decided.</summary>
internal static class TalkSpec
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public static Chatter Mara { get; } = Person("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e");

    public static Chatter Noor { get; } = Person("0197a3c3-01aa-7f02-8c3d-9e8f7a6b5c4d");

    public static Chatter Kim { get; } = Person("0197a3c4-5f10-7aa1-b2c3-1d2e3f4a5b6c");

    public static MessageId Hello { get; } = new(new Guid("0197a3c8-8d11-7f3a-8f0e-2b7d5c9a6e42"));

    /// <summary>Messaging knows nobody of the id.</summary>
    public static Relation Nobody { get; } = new(null, AreFriends: false, IsBlocked: false);

    public static Chatter Person(string id, AgeLayer layer = AgeLayer.Adult) =>
        new(new UserId(new Guid(id)), layer, IsBanned: false, null, null, IsErased: false, null, null, null, MessagingPolicy.For(layer).ChatsInGroups);

    public static Chatter Of(this Chatter person, AgeLayer layer) =>
        person with { AgeLayer = layer, IsGivenGroups = MessagingPolicy.For(layer).ChatsInGroups };

    public static Chatter Muted(this Chatter person) => person with { MutedUntil = Now.AddMinutes(1) };

    public static Chatter Erased(this Chatter person) => person with { IsErased = true };

    public static Relation Stranger(Chatter other) => new(other, AreFriends: false, IsBlocked: false);

    public static Relation Friend(Chatter other) => new(other, AreFriends: true, IsBlocked: false);

    public static Relation Blocked(Chatter other) => new(other, AreFriends: false, IsBlocked: true);

    public static ConversationCreated Direct(bool isRequest = false, AgeLayer layer = AgeLayer.Adult) =>
        new(ConversationKind.Direct, layer, Mara.Id, [Mara.Id, Noor.Id], isRequest);

    /// <summary>Mara's.</summary>
    public static ConversationCreated Group(params IReadOnlyList<Chatter> others) =>
        new(ConversationKind.Group, AgeLayer.Adult, Mara.Id, [Mara.Id, .. others.Select(other => other.Id)], IsRequest: false);

    public static MessageContent Text(string text) => new(text);

    public static MessageSent Sent(Chatter by, string text) => new(by.Id, MessageKind.Text, new Sensitive<MessageContent>(by.Id.Value, Text(text)));

    /// <summary>As its author finds it, or, without the content, anybody.</summary>
    public static MessageInSight Message(Chatter by, string? text = "Hello", long sequence = 2, bool isDeleted = false, bool isTakenDown = false, MessageKind kind = MessageKind.Text) =>
        new(Hello, sequence, by.Id, kind, isDeleted, isTakenDown, text is null || isDeleted ? null : Text(text), [], 1, 0);

    public static Conversation Given(params IReadOnlyList<ConversationEvent> history) => Conversation.Stream.Fold(Conversation.NotCreated, history);

    public static Decision<ConversationEvent> Send(this Conversation conversation, Chatter sender, Relation? other, SendMessage? message = null) =>
        SendMessage.Decide(conversation, message ?? new SendMessage(MessageKind.Text, Text("Hello")), sender, other, Now);

    public static Decision<ConversationEvent> Edit(this Conversation conversation, Chatter editor, Relation? other, MessageInSight? message, string text = "Hullo") =>
        EditMessage.Decide(conversation, new EditMessage(Text(text)), message, editor, other, Now);

    public static Decision<ConversationEvent> Delete(this Conversation conversation, Chatter self, Relation? other, MessageInSight? message) =>
        DeleteMessage.Decide(conversation, message, self, other);

    public static Decision<ConversationEvent> React(this Conversation conversation, Chatter self, Relation? other, MessageInSight? message, string emoji = "👍") =>
        ReactToMessage.Decide(conversation, new ReactToMessage(emoji), message, self, other, Now);

    public static Decision<ConversationEvent> TakeBack(this Conversation conversation, Chatter self, Relation? other, MessageInSight? message, string emoji = "👍") =>
        RemoveReaction.Decide(conversation, new RemoveReaction(emoji), message, self, other);

    public static Decision<ConversationEvent> Read(
        this Conversation conversation, Chatter self, Relation? other, MessageInSight? message, bool isPublic = true) =>
        MarkRead.Decide(conversation, new MarkRead(isPublic), message, self, other);

    public static Decision<ConversationEvent> Answer(this Conversation conversation, Chatter self, Relation? other, bool accept) =>
        AnswerRequest.Decide(conversation, new AnswerRequest(accept), self, other);

    public static Decision<ConversationEvent> Add(this Conversation conversation, Chatter self, Relation other, Relation? direct = null) =>
        AddParticipant.Decide(conversation, self, direct, other, Now);

    public static Decision<ConversationEvent> Remove(this Conversation conversation, Chatter self, Chatter whom, Relation? other = null) =>
        RemoveParticipant.Decide(conversation, new RemoveParticipant(whom.Id), self, other);

    public static void Then(this Decision<ConversationEvent> decision, params IReadOnlyList<ConversationEvent> facts)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.Count.ShouldBe(facts.Count);
        foreach ((ConversationEvent fact, ConversationEvent expected) in decision.Events.Zip(facts))
        {
            if (expected is ConversationCreated created)
            {
                ConversationCreated made = fact.ShouldBeOfType<ConversationCreated>();
                made.Participants.ShouldBe(created.Participants);
                made = made with { Participants = created.Participants };
                made.ShouldBe(created);
                continue;
            }

            fact.ShouldBe(expected);
        }
    }

    public static void ThenNothing(this Decision<ConversationEvent> decision)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldBeEmpty();
    }

    public static void ThenRefused(this Decision<ConversationEvent> decision, Refusal why)
    {
        decision.Events.ShouldBeEmpty();
        decision.Refusal.ShouldBe(why);
    }
}
