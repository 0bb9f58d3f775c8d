using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Messaging.TalkSpec;

namespace Wya.Domain.Tests.Messaging;

public sealed class StartConversationTests
{
    public static TheoryData<string> HowSomebodyCannotBeApproached => ["unknown", "blocked", "another layer", "banned", "erased", "resting"];

    [Fact]
    public void Friends_talk_at_once() => Start(Mara, Friend(Noor)).Then(Direct());

    [Fact]
    public void Who_is_no_friend_is_asked_first() => Start(Mara, Stranger(Noor)).Then(Direct(isRequest: true));

    [Fact]
    public void Each_pair_has_one_conversation_whoever_comes_second()
    {
        CreateDirectConversation.Decide(Given(Direct()), Mara, Stranger(Noor), Now).ThenNothing();
        CreateDirectConversation.Decide(Given(Direct()), Noor, Friend(Mara), Now).ThenNothing();
    }

    [Theory]
    [MemberData(nameof(HowSomebodyCannotBeApproached))]
    [Trait("seed", "A5")]
    public void Whoever_cannot_be_approached_is_not_there(string how) =>
        Start(Mara, Unapproachable(how)).ThenRefused(MessagingRefusals.PersonNotFound);

    [Fact]
    public void A_conversation_with_somebody_who_has_blocked_is_as_if_there_was_nobody() =>
        CreateDirectConversation.Decide(Given(Direct()), Mara, Blocked(Noor), Now).ThenRefused(MessagingRefusals.PersonNotFound);

    [Fact]
    public void Nobody_talks_with_themselves() => Start(Mara, Stranger(Mara)).ThenRefused(MessagingRefusals.OneselfNotOther);

    [Fact]
    public void Minors_talk_with_friends_alone()
    {
        Chatter young = Mara.Of(AgeLayer.Minor), friend = Noor.Of(AgeLayer.Minor);
        Start(young, Stranger(friend)).ThenRefused(MessagingRefusals.FriendsOnly);
        Start(young, Friend(friend)).Then(Direct(layer: AgeLayer.Minor));
    }

    [Fact]
    public void Who_is_muted_or_lacks_the_capability_starts_nothing_and_learns_nothing_of_the_other()
    {
        foreach (Relation other in new[] { Friend(Noor), Nobody, Blocked(Noor) })
        {
            Start(Mara.Muted(), other).ThenRefused(MessagingRefusals.Muted);
            Start(Mara with { PrivateRestrictedUntil = Now.AddDays(1) }, other).ThenRefused(MessagingRefusals.CapabilityMissing("chat.private"));
            StartGroup(Mara.Muted(), other).ThenRefused(MessagingRefusals.Muted);
            StartGroup(Mara with { GroupRestrictedUntil = Now.AddDays(1) }, other).ThenRefused(MessagingRefusals.CapabilityMissing("chat.group"));
        }
    }

    [Fact]
    public void What_was_restricted_until_now_is_given_again() =>
        Start(Mara with { PrivateRestrictedUntil = Now, MutedUntil = Now }, Friend(Noor)).Then(Direct());

    [Fact]
    public void A_group_begins_with_whoever_creates_it_and_the_others() =>
        CreateGroup.Decide(Given(), new CreateGroup([Noor.Id, Kim.Id], "Lanterns"), Mara, [Stranger(Noor), Friend(Kim)], Now)
            .Then(Group(Noor, Kim) with { Title = new Sensitive<string>(Mara.Id.Value, "Lanterns") });

    [Theory]
    [MemberData(nameof(HowSomebodyCannotBeApproached))]
    [Trait("seed", "A5")]
    public void One_who_cannot_be_approached_keeps_the_whole_group_from_being_created(string how) =>
        CreateGroup.Decide(Given(), new CreateGroup([Kim.Id, Noor.Id]), Mara, [Friend(Kim), Unapproachable(how)], Now)
            .ThenRefused(MessagingRefusals.PersonNotFound);

    [Fact]
    public void Minors_need_a_grant_for_groups_and_gather_friends_alone()
    {
        Chatter young = Mara.Of(AgeLayer.Minor), friend = Noor.Of(AgeLayer.Minor);
        StartGroup(young, Friend(friend)).ThenRefused(MessagingRefusals.CapabilityMissing("chat.group"));
        young = young with { IsGivenGroups = true };
        StartGroup(young, Stranger(friend)).ThenRefused(MessagingRefusals.FriendsOnly);
        StartGroup(young, Friend(friend)).Then(Group(Noor) with { AgeLayer = AgeLayer.Minor });
    }

    [Fact]
    public void A_group_is_of_others_each_named_once()
    {
        StartGroup(Mara, []).ThenRefused(MessagingRefusals.GroupInvalid);
        StartGroup(Mara, [Stranger(Noor), Stranger(Noor)]).ThenRefused(MessagingRefusals.GroupInvalid);
        StartGroup(Mara, [Stranger(Noor), Stranger(Mara)]).ThenRefused(MessagingRefusals.OneselfNotOther);
    }

    [Fact]
    public void A_group_has_at_most_256_people()
    {
        StartGroup(Mara, Many(255)).Then(Group([.. Many(255).Select(other => other.Other!)]));
        StartGroup(Mara, Many(256)).ThenRefused(MessagingRefusals.GroupInvalid);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    [InlineData("two\nlines")]
    [InlineData(101)]
    public void A_title_is_one_line_of_1_to_100_characters(object title) =>
        CreateGroup.Decide(Given(), new CreateGroup([Noor.Id], title as string ?? new string('x', (int)title)), Mara, [Friend(Noor)], Now)
            .ThenRefused(MessagingRefusals.GroupInvalid);

    private static Decision<ConversationEvent> Start(Chatter starter, Relation other) => CreateDirectConversation.Decide(Given(), starter, other, Now);

    private static Decision<ConversationEvent> StartGroup(Chatter creator, params IReadOnlyList<Relation> others) =>
        CreateGroup.Decide(Given(), new CreateGroup([.. others.Select(other => other.Other?.Id ?? Noor.Id)]), creator, others, Now);

    private static Relation[] Many(int count) =>
        [.. Enumerable.Range(1, count).Select(n => Stranger(Person($"00000000-0000-7000-8000-{n:d12}")))];

    private static Relation Unapproachable(string how) => how switch
    {
        "unknown" => Nobody,
        "blocked" => Blocked(Noor),
        "another layer" => Friend(Noor.Of(AgeLayer.Transitional)),
        "banned" => Friend(Noor with { IsBanned = true }),
        "erased" => Friend(Noor.Erased()),
        "resting" => Friend(Noor with { ErasureDueAt = Now.AddDays(30) }),
        _ => throw new ArgumentOutOfRangeException(nameof(how)),
    };
}
