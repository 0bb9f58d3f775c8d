using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Messaging.TalkSpec;

namespace Wya.Domain.Tests.Messaging;

/// <summary>Who may send, edit and react: one rule for the three.</summary>
public sealed class WritingTests
{
    private static readonly Conversation OfTwo = Given(Direct());
    private static readonly Conversation OfThree = Given(Group(Noor, Kim));

    [Fact]
    public void Participants_write() => Write(OfTwo, Noor, Friend(Mara), null);

    [Fact]
    [Trait("seed", "A5")]
    public void A_conversation_is_not_there_for_anybody_else()
    {
        Write(OfTwo, Kim, Stranger(Noor), MessagingRefusals.ConversationNotFound);
        Write(OfThree, Person("00000000-0000-7000-8000-000000000001"), null, MessagingRefusals.ConversationNotFound);
        Write(Given(), Mara, null, MessagingRefusals.ConversationNotFound);
        Write(Given(Group(Noor, Kim), new ParticipantLeft(Noor.Id)), Noor, null, MessagingRefusals.ConversationNotFound);
        Write(Given(Group(Noor, Kim), new ParticipantLeft(Noor.Id, Mara.Id)), Noor, null, MessagingRefusals.ConversationNotFound);
    }

    [Fact]
    public void Who_is_added_again_writes_again() =>
        Write(Given(Group(Noor), new ParticipantLeft(Noor.Id), new ParticipantAdded(Noor.Id, Mara.Id)), Noor, null, null);

    [Fact]
    [Trait("seed", "A5")]
    public void A_block_hides_a_direct_conversation_from_both()
    {
        Write(OfTwo, Mara, Blocked(Noor), MessagingRefusals.ConversationNotFound);
        Write(OfTwo, Noor, Blocked(Mara), MessagingRefusals.ConversationNotFound);
    }

    [Fact]
    [Trait("seed", "1.2")]
    public void A_birthday_hides_what_is_of_the_layer_before_and_another_one_brings_a_direct_conversation_back()
    {
        foreach (AgeLayer[] layers in new[] { (AgeLayer[])[AgeLayer.Minor, AgeLayer.Transitional], [AgeLayer.Minor, AgeLayer.Adult], [AgeLayer.Transitional, AgeLayer.Adult] })
        {
            Conversation direct = Given(Direct(layer: layers[0]));
            Write(direct, Mara.Of(layers[1]), Friend(Noor.Of(layers[0])), MessagingRefusals.ConversationNotFound);
            Write(direct, Noor.Of(layers[0]), Friend(Mara.Of(layers[1])), MessagingRefusals.ConversationNotFound);
            Write(direct, Noor.Of(layers[1]), Friend(Mara.Of(layers[1])), null);
            Write(Given(Group(Noor) with { AgeLayer = layers[0] }), Noor.Of(layers[1]), null, MessagingRefusals.ConversationNotFound);
        }
    }

    [Fact]
    public void A_block_inside_a_group_keeps_nobody_from_writing_to_it() => Write(OfThree, Noor, null, null);

    [Fact]
    public void A_muted_person_does_not_write_and_learns_nothing_by_trying()
    {
        Write(OfTwo, Mara.Muted(), Friend(Noor), MessagingRefusals.Muted);
        Write(OfTwo, Mara.Muted(), Blocked(Noor), MessagingRefusals.Muted);
        Write(Given(), Mara.Muted(), null, MessagingRefusals.Muted);
    }

    [Fact]
    public void Without_the_capability_nobody_writes()
    {
        Write(OfTwo, Mara with { PrivateRestrictedUntil = Now.AddDays(1) }, Friend(Noor), MessagingRefusals.CapabilityMissing("chat.private"));
        Write(OfThree, Mara with { GroupRestrictedUntil = Now.AddDays(1) }, null, MessagingRefusals.CapabilityMissing("chat.group"));
        Write(OfThree, Mara with { PrivateRestrictedUntil = Now.AddDays(1) }, null, null);
        Write(OfTwo, Mara with { GroupRestrictedUntil = Now.AddDays(1) }, Friend(Noor), null);
    }

    [Fact]
    public void Minors_write_to_friends_alone()
    {
        Conversation direct = Given(Direct(layer: AgeLayer.Minor));
        Write(direct, Mara.Of(AgeLayer.Minor), Friend(Noor.Of(AgeLayer.Minor)), null);
        Write(direct, Mara.Of(AgeLayer.Minor), Stranger(Noor.Of(AgeLayer.Minor)), MessagingRefusals.FriendsOnly);
    }

    [Fact]
    public void Grown_people_whose_friendship_is_over_still_write_to_each_other() => Write(OfTwo, Mara, Stranger(Noor), null);

    [Fact]
    public void Nobody_writes_to_who_is_gone() => Write(OfTwo, Mara, Friend(Noor.Erased()), MessagingRefusals.RecipientGone);

    [Fact]
    public void Nobody_writes_in_what_is_archived() =>
        Write(Given(Group(Noor), new ConversationArchived(Mara.Id)), Noor, null, MessagingRefusals.ConversationArchived);

    [Fact]
    public void A_request_holds_one_message_until_it_is_answered()
    {
        Given(Direct(isRequest: true)).Send(Mara, Stranger(Noor)).Then(Sent(Mara, "Hello"), new ConversationRequested(Mara.Id));
        Write(Given(Direct(isRequest: true), new ConversationRequested(Mara.Id)), Mara, Stranger(Noor), MessagingRefusals.RequestWaiting);
        Write(Given(Direct(isRequest: true), new ConversationRequested(Mara.Id), new RequestDeclined(Noor.Id)), Mara, Stranger(Noor), MessagingRefusals.RequestWaiting);
        Write(Given(Direct(isRequest: true), new ConversationRequested(Mara.Id), new RequestAccepted(Noor.Id)), Mara, Stranger(Noor), null);
    }

    [Fact]
    public void To_answer_is_to_accept()
    {
        Given(Direct(isRequest: true), new ConversationRequested(Mara.Id)).Send(Noor, Stranger(Mara)).Then(Sent(Noor, "Hello"), new RequestAccepted(Noor.Id));
        Given(Direct(isRequest: true), new ConversationRequested(Mara.Id), new RequestDeclined(Noor.Id))
            .Send(Noor, Stranger(Mara)).Then(Sent(Noor, "Hello"), new RequestAccepted(Noor.Id));
    }

    [Fact]
    public void Whoever_became_friends_meanwhile_writes_without_being_asked() =>
        Given(Direct(isRequest: true), new ConversationRequested(Mara.Id)).Send(Mara, Friend(Noor)).Then(Sent(Mara, "Hello"));

    [Fact]
    public void People_are_mentioned_who_take_part_each_once_and_at_most_50()
    {
        Mention(Noor.Id).Refusal.ShouldBeNull();
        Mention(Noor.Id, Noor.Id).ThenRefused(MessagingRefusals.MentionsInvalid);
        Mention(new UserId(Guid.NewGuid())).ThenRefused(MessagingRefusals.MentionsInvalid);
        Chatter[] many = [.. Enumerable.Range(1, 51).Select(n => Person($"00000000-0000-7000-8000-{n:d12}"))];
        Conversation group = Given(Group(many));
        var fifty = new SendMessage(MessageKind.Text, Text("Hello"), Mentions: [.. many.Take(50).Select(one => one.Id)]);
        group.Send(Mara, null, fifty).Refusal.ShouldBeNull();
        group.Send(Mara, null, fifty with { Mentions = [.. many.Select(one => one.Id)] }).ThenRefused(MessagingRefusals.MentionsInvalid);
    }

    private static Decision<ConversationEvent> Mention(params IReadOnlyList<UserId> users) =>
        OfThree.Send(Mara, null, new SendMessage(MessageKind.Text, Text("Hello"), Mentions: users));

    /// <summary>The same for a message, an edit of one's own, and a reaction.</summary>
    private static void Write(Conversation conversation, Chatter self, Relation? other, Refusal? refusal)
    {
        foreach (Decision<ConversationEvent> decision in new[]
        {
            conversation.Send(self, other), conversation.Edit(self, other, Message(self)), conversation.React(self, other, Message(Noor)),
        })
        {
            if (refusal is null)
            {
                decision.Refusal.ShouldBeNull();
            }
            else
            {
                decision.ThenRefused(refusal);
            }
        }
    }
}
