using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Xunit;
using static Wya.Domain.Tests.Messaging.TalkSpec;

namespace Wya.Domain.Tests.Messaging;

/// <summary>Who comes, goes, closes and mutes; and what becomes of a request.</summary>
public sealed class GroupTests
{
    private static readonly Conversation OfTwo = Given(Direct());
    private static readonly Conversation Maras = Given(Group(Noor));

    [Fact]
    public void Everybody_in_a_group_may_bring_somebody() => Maras.Add(Noor, Stranger(Kim)).Then(new ParticipantAdded(Kim.Id, Noor.Id));

    [Fact]
    public void Nobody_else_may() => Given(Group(Noor)).Add(Kim, Stranger(Kim)).ThenRefused(MessagingRefusals.ConversationNotFound);

    [Fact]
    public void Who_is_in_it_is_not_added_twice() => Maras.Add(Mara, Stranger(Noor)).ThenNothing();

    [Fact]
    [Trait("seed", "A5")]
    public void Whoever_is_not_met_is_not_there_even_if_they_are_in_the_group()
    {
        Maras.Add(Mara, Nobody).ThenRefused(MessagingRefusals.PersonNotFound);
        Maras.Add(Mara, Blocked(Kim)).ThenRefused(MessagingRefusals.PersonNotFound);
        Maras.Add(Mara, Blocked(Noor)).ThenRefused(MessagingRefusals.PersonNotFound);
        Maras.Add(Mara, Friend(Kim.Of(AgeLayer.Transitional))).ThenRefused(MessagingRefusals.PersonNotFound);
        Maras.Add(Mara, Friend(Kim.Erased())).ThenRefused(MessagingRefusals.PersonNotFound);
        Maras.Add(Mara, Friend(Kim with { IsBanned = true })).ThenRefused(MessagingRefusals.PersonNotFound);
    }

    [Fact]
    public void To_bring_somebody_is_to_write()
    {
        Maras.Add(Mara.Muted(), Friend(Kim)).ThenRefused(MessagingRefusals.Muted);
        Maras.Add(Mara with { GroupRestrictedUntil = Now.AddDays(1) }, Friend(Kim)).ThenRefused(MessagingRefusals.CapabilityMissing("chat.group"));
        Given(Group(Noor), new ConversationArchived(Mara.Id)).Add(Mara, Friend(Kim)).ThenRefused(MessagingRefusals.ConversationArchived);
    }

    [Fact]
    public void Minors_bring_friends_alone()
    {
        Conversation group = Given(Group(Noor) with { AgeLayer = AgeLayer.Minor });
        Chatter young = Mara.Of(AgeLayer.Minor) with { IsGivenGroups = true };
        group.Add(young, Stranger(Kim.Of(AgeLayer.Minor))).ThenRefused(MessagingRefusals.FriendsOnly);
        group.Add(young, Friend(Kim.Of(AgeLayer.Minor))).Then(new ParticipantAdded(Kim.Id, Mara.Id));
    }

    [Fact]
    public void A_group_of_256_is_full()
    {
        Chatter[] many = [.. Enumerable.Range(1, 255).Select(n => Person($"00000000-0000-7000-8000-{n:d12}"))];
        Given(Group(many)).Add(Mara, Stranger(Kim)).ThenRefused(MessagingRefusals.GroupFull);
        Given(Group(many), new ParticipantLeft(many[0].Id)).Add(Mara, Stranger(Kim)).Then(new ParticipantAdded(Kim.Id, Mara.Id));
    }

    [Fact]
    public void A_conversation_between_two_has_no_members_to_change()
    {
        OfTwo.Add(Mara, Friend(Kim), Friend(Noor)).ThenRefused(MessagingRefusals.NotAGroup);
        OfTwo.Remove(Mara, Noor, Friend(Noor)).ThenRefused(MessagingRefusals.NotAGroup);
        LeaveConversation.Decide(OfTwo, Mara, Friend(Noor)).ThenRefused(MessagingRefusals.NotAGroup);
        ArchiveConversation.Decide(OfTwo, Mara, Friend(Noor)).ThenRefused(MessagingRefusals.NotAGroup);
    }

    [Fact]
    public void A_hidden_conversation_between_two_is_as_if_there_was_none()
    {
        OfTwo.Add(Mara, Friend(Kim), Blocked(Noor)).ThenRefused(MessagingRefusals.ConversationNotFound);
        OfTwo.Remove(Mara, Noor, Blocked(Noor)).ThenRefused(MessagingRefusals.ConversationNotFound);
        ArchiveConversation.Decide(OfTwo, Mara, Blocked(Noor)).ThenRefused(MessagingRefusals.ConversationNotFound);
        LeaveConversation.Decide(OfTwo, Mara, Blocked(Noor)).ThenNothing();
        LeaveConversation.Decide(Given(), Mara, null).ThenNothing();
    }

    [Fact]
    public void Everybody_may_leave_even_what_they_do_not_see_any_more()
    {
        LeaveConversation.Decide(Maras, Noor, null).Then(new ParticipantLeft(Noor.Id));
        LeaveConversation.Decide(Maras, Noor.Of(AgeLayer.Transitional), null).Then(new ParticipantLeft(Noor.Id));
        LeaveConversation.Decide(Maras, Kim, null).ThenNothing();
    }

    [Fact]
    public void Only_who_created_the_group_removes_and_archives()
    {
        Maras.Remove(Mara, Noor).Then(new ParticipantLeft(Noor.Id, Mara.Id));
        Maras.Remove(Mara, Kim).ThenNothing();
        Maras.Remove(Noor, Mara).ThenRefused(MessagingRefusals.NotYourGroup);
        Maras.Remove(Kim, Noor).ThenRefused(MessagingRefusals.ConversationNotFound);
        ArchiveConversation.Decide(Maras, Mara, null).Then(new ConversationArchived(Mara.Id));
        ArchiveConversation.Decide(Maras, Noor, null).ThenRefused(MessagingRefusals.NotYourGroup);
        ArchiveConversation.Decide(Maras, Kim, null).ThenRefused(MessagingRefusals.ConversationNotFound);
        ArchiveConversation.Decide(Given(Group(Noor), new ConversationArchived(Mara.Id)), Mara, null).ThenNothing();
    }

    [Fact]
    public void Who_created_a_group_and_left_it_has_no_say_in_it() =>
        Given(Group(Noor), new ParticipantLeft(Mara.Id)).Remove(Mara, Noor).ThenRefused(MessagingRefusals.ConversationNotFound);

    [Fact]
    public void Muting_is_ones_own_and_ends_with_leaving()
    {
        MuteConversation.Decide(Maras, Noor, null).Then(new ConversationMuted(Noor.Id));
        MuteConversation.Decide(Given(Group(Noor), new ConversationMuted(Noor.Id)), Noor, null).ThenNothing();
        MuteConversation.Decide(Given(Group(Noor), new ConversationMuted(Noor.Id)), Mara, null).Then(new ConversationMuted(Mara.Id));
        UnmuteConversation.Decide(Given(Group(Noor), new ConversationMuted(Noor.Id)), Noor, null).Then(new ConversationUnmuted(Noor.Id));
        UnmuteConversation.Decide(Maras, Noor, null).ThenNothing();
        UnmuteConversation.Decide(
            Given(Group(Noor), new ConversationMuted(Noor.Id), new ParticipantLeft(Noor.Id), new ParticipantAdded(Noor.Id, Mara.Id)), Noor, null).ThenNothing();
    }

    [Fact]
    public void Who_is_asked_answers()
    {
        Conversation asked = Given(Direct(isRequest: true), new ConversationRequested(Mara.Id));
        asked.Answer(Noor, Stranger(Mara), accept: true).Then(new RequestAccepted(Noor.Id));
        asked.Answer(Noor, Stranger(Mara), accept: false).Then(new RequestDeclined(Noor.Id));
        asked.Answer(Mara, Stranger(Noor), accept: true).ThenRefused(MessagingRefusals.NoRequest);
    }

    [Fact]
    public void Who_declined_may_think_better_of_it_and_who_accepted_may_not()
    {
        Conversation declined = Given(Direct(isRequest: true), new ConversationRequested(Mara.Id), new RequestDeclined(Noor.Id));
        declined.Answer(Noor, Stranger(Mara), accept: false).ThenNothing();
        declined.Answer(Noor, Stranger(Mara), accept: true).Then(new RequestAccepted(Noor.Id));
        Conversation accepted = Given(Direct(isRequest: true), new ConversationRequested(Mara.Id), new RequestAccepted(Noor.Id));
        accepted.Answer(Noor, Stranger(Mara), accept: true).ThenNothing();
        accepted.Answer(Noor, Stranger(Mara), accept: false).ThenRefused(MessagingRefusals.NoRequest);
    }

    [Fact]
    public void What_was_never_asked_is_not_answered()
    {
        Given(Direct(isRequest: true)).Answer(Noor, Stranger(Mara), accept: true).ThenRefused(MessagingRefusals.NoRequest);
        Maras.Answer(Noor, null, accept: true).ThenRefused(MessagingRefusals.NoRequest);
    }
}
