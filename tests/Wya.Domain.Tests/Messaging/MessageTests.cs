using Shouldly;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Messaging.TalkSpec;

namespace Wya.Domain.Tests.Messaging;

/// <summary>What is done to a message that is there.</summary>
public sealed class MessageTests
{
    private static readonly Conversation OfTwo = Given(Direct());

    [Fact]
    [Trait("seed", "5.2")]
    public void An_edit_is_a_new_event() =>
        OfTwo.Edit(Mara, Friend(Noor), Message(Mara), "Hullo").Then(
            new MessageEdited(Mara.Id, Hello, new Sensitive<MessageContent>(Mara.Id.Value, Text("Hullo"))));

    [Fact]
    public void To_say_the_same_again_records_nothing() => OfTwo.Edit(Mara, Friend(Noor), Message(Mara, "Hello"), "Hello").ThenNothing();

    [Fact]
    public void Only_its_author_edits_a_message() =>
        OfTwo.Edit(Noor, Friend(Mara), Message(Mara, null)).ThenRefused(MessagingRefusals.NotYourMessage);

    [Fact]
    public void What_is_deleted_is_not_edited() =>
        OfTwo.Edit(Mara, Friend(Noor), Message(Mara, isDeleted: true)).ThenRefused(MessagingRefusals.MessageDeleted);

    [Fact]
    public void A_message_keeps_its_kind()
    {
        EditMessage.Decide(OfTwo, new EditMessage(new MessageContent(Ciphertext: "AAAA")), Message(Mara), Mara, Friend(Noor), Now)
            .Refusal!.Code.ShouldBe("content-invalid");
        EditMessage.Decide(OfTwo, new EditMessage(Text("Hello")), Message(Mara, kind: MessageKind.Ciphertext), Mara, Friend(Noor), Now)
            .Refusal!.Code.ShouldBe("content-invalid");
        EditMessage.Decide(OfTwo, new EditMessage(new MessageContent(Ciphertext: "AAAA")), Message(Mara, kind: MessageKind.Ciphertext), Mara, Friend(Noor), Now)
            .Refusal.ShouldBeNull();
    }

    [Fact]
    public void What_nobody_may_send_nobody_may_edit_into() =>
        OfTwo.Edit(Mara, Friend(Noor), Message(Mara), new string('x', 10_001)).Refusal!.Code.ShouldBe("content-invalid");

    [Fact]
    public void A_message_that_a_person_does_not_find_is_not_there()
    {
        OfTwo.Edit(Mara, Friend(Noor), null).ThenRefused(MessagingRefusals.MessageNotFound);
        OfTwo.Delete(Mara, Friend(Noor), null).ThenRefused(MessagingRefusals.MessageNotFound);
        OfTwo.React(Mara, Friend(Noor), null).ThenRefused(MessagingRefusals.MessageNotFound);
        OfTwo.TakeBack(Mara, Friend(Noor), null).ThenRefused(MessagingRefusals.MessageNotFound);
        OfTwo.Read(Mara, Friend(Noor), null).ThenRefused(MessagingRefusals.MessageNotFound);
    }

    [Fact]
    [Trait("seed", "A5")]
    public void What_hides_a_conversation_hides_it_from_every_hand()
    {
        foreach ((Chatter self, Relation other) in new[] { (Kim, Stranger(Noor)), (Mara, Blocked(Noor)), (Mara, Friend(Noor.Of(Wya.Domain.Identity.Events.AgeLayer.Minor))) })
        {
            OfTwo.Delete(self, other, Message(self)).ThenRefused(MessagingRefusals.ConversationNotFound);
            OfTwo.TakeBack(self, other, Message(self)).ThenRefused(MessagingRefusals.ConversationNotFound);
            OfTwo.Read(self, other, Message(self)).ThenRefused(MessagingRefusals.ConversationNotFound);
            OfTwo.Answer(self, other, accept: true).ThenRefused(MessagingRefusals.ConversationNotFound);
            MuteConversation.Decide(OfTwo, self, other).ThenRefused(MessagingRefusals.ConversationNotFound);
            UnmuteConversation.Decide(OfTwo, self, other).ThenRefused(MessagingRefusals.ConversationNotFound);
        }
    }

    [Fact]
    public void Its_author_deletes_a_message_once()
    {
        OfTwo.Delete(Mara, Friend(Noor), Message(Mara)).Then(new MessageDeleted(Mara.Id, Hello));
        OfTwo.Delete(Mara, Friend(Noor), Message(Mara, isDeleted: true)).ThenNothing();
        OfTwo.Delete(Noor, Friend(Mara), Message(Mara)).ThenRefused(MessagingRefusals.NotYourMessage);
    }

    [Fact]
    public void Who_may_not_write_any_more_may_still_take_back_what_they_said()
    {
        Conversation archived = Given(Group(Noor), new ConversationArchived(Mara.Id));
        archived.Delete(Noor, null, Message(Noor)).Then(new MessageDeleted(Noor.Id, Hello));
        OfTwo.Delete(Mara.Muted(), Friend(Noor), Message(Mara)).Then(new MessageDeleted(Mara.Id, Hello));
        OfTwo.TakeBack(Mara.Muted(), Friend(Noor), Message(Noor) with { OwnReactions = ["👍"] }).Then(new ReactionRemoved(Mara.Id, Hello, "👍"));
    }

    [Fact]
    public void A_reaction_is_given_once_and_taken_back_once()
    {
        OfTwo.React(Noor, Friend(Mara), Message(Mara)).Then(new MessageReacted(Noor.Id, Hello, "👍"));
        OfTwo.React(Noor, Friend(Mara), Message(Mara) with { OwnReactions = ["👍"] }).ThenNothing();
        OfTwo.TakeBack(Noor, Friend(Mara), Message(Mara) with { OwnReactions = ["👍"] }).Then(new ReactionRemoved(Noor.Id, Hello, "👍"));
        OfTwo.TakeBack(Noor, Friend(Mara), Message(Mara)).ThenNothing();
    }

    [Fact]
    public void What_is_taken_down_is_neither_edited_nor_reacted_to_but_may_be_deleted()
    {
        OfTwo.Edit(Mara, Friend(Noor), Message(Mara, isTakenDown: true)).ThenRefused(MessagingRefusals.MessageTakenDown);
        OfTwo.React(Noor, Friend(Mara), Message(Mara, isTakenDown: true)).ThenRefused(MessagingRefusals.MessageTakenDown);
        OfTwo.Delete(Mara, Friend(Noor), Message(Mara, isTakenDown: true)).Then(new MessageDeleted(Mara.Id, Hello));
    }

    [Fact]
    public void Nobody_reacts_to_what_is_deleted() =>
        OfTwo.React(Noor, Friend(Mara), Message(Mara, isDeleted: true)).ThenRefused(MessagingRefusals.MessageDeleted);

    [Fact]
    public void One_person_gives_a_message_at_most_20_different_reactions()
    {
        string[] all = [.. Enumerable.Range(0x1F600, 21).Select(char.ConvertFromUtf32)];
        OfTwo.React(Noor, Friend(Mara), Message(Mara) with { OwnReactions = [.. all.Take(19)] }, all[19]).Then(new MessageReacted(Noor.Id, Hello, all[19]));
        OfTwo.React(Noor, Friend(Mara), Message(Mara) with { OwnReactions = [.. all.Take(20)] }, all[19]).ThenNothing();
        OfTwo.React(Noor, Friend(Mara), Message(Mara) with { OwnReactions = [.. all.Take(20)] }, all[20]).ThenRefused(MessagingRefusals.TooManyReactions);
    }

    [Fact]
    public void Reading_never_goes_backwards()
    {
        MessageInSight fifth = Message(Mara, sequence: 5) with { ReadSequence = 4, PublicReadSequence = 4 };
        OfTwo.Read(Noor, Friend(Mara), fifth).Then(new MessageRead(Noor.Id, Hello, 5, IsPublic: true));
        OfTwo.Read(Noor, Friend(Mara), fifth with { ReadSequence = 5, PublicReadSequence = 5 }).ThenNothing();
        OfTwo.Read(Noor, Friend(Mara), fifth with { ReadSequence = 9, PublicReadSequence = 9 }).ThenNothing();
    }

    [Fact]
    public void Who_has_read_in_private_may_let_others_know_later()
    {
        MessageInSight fifth = Message(Mara, sequence: 5) with { ReadSequence = 9, PublicReadSequence = 2 };
        OfTwo.Read(Noor, Friend(Mara), fifth, isPublic: false).ThenNothing();
        OfTwo.Read(Noor, Friend(Mara), fifth).Then(new MessageRead(Noor.Id, Hello, 5, IsPublic: true));
    }

    [Fact]
    public void A_muted_person_reads() =>
        OfTwo.Read(Noor.Muted(), Friend(Mara), Message(Mara), isPublic: false).Then(new MessageRead(Noor.Id, Hello, 2, IsPublic: false));
}
