using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Xunit;
using static Wya.Domain.Tests.Graph.GraphSpec;

namespace Wya.Domain.Tests.Graph;

public sealed class FriendRequestTests
{
    private static readonly Person Full = Mara with { Has = new Tally(Friends: GraphPolicy.FriendsMax) };

    [Fact]
    public void Somebody_asks() => Given().Ask(Mara, Noor).Then(new FriendRequested(Mara.Id, Noor.Id));

    [Fact]
    public void Who_is_muted_asks_nobody_and_is_told_nothing_of_them()
    {
        Person muted = Mara with { MutedUntil = Now.AddDays(1) };
        Given().Ask(muted, Noor).ThenRefused(GraphRefusals.Muted);
        RequestFriendship.Decide(Given(), new Pair(muted, null), Now).ThenRefused(GraphRefusals.Muted);
        Given().Ask(muted with { MutedUntil = Now }, Noor).Then(new FriendRequested(Mara.Id, Noor.Id));
        Given(Asked(Noor, Mara)).Accept(muted, Noor).Then(new FriendAdded(Noor.Id, Mara.Id));
    }

    [Fact]
    public void Asking_again_changes_nothing() => Given(Asked(Mara, Noor)).Ask(Mara, Noor).ThenNothing();

    [Fact]
    public void Who_is_asked_and_asks_as_well_has_accepted() =>
        Given(Asked(Mara, Noor)).Ask(Noor, Mara).Then(new FriendAdded(Mara.Id, Noor.Id));

    [Fact]
    public void Friends_do_not_ask() => Given(Friends).Ask(Mara, Noor).ThenNothing();

    [Fact]
    public void Who_is_asked_accepts() => Given(Asked(Mara, Noor)).Accept(Noor, Mara).Then(new FriendAdded(Mara.Id, Noor.Id));

    [Fact]
    public void Nobody_accepts_for_the_other() => Given(Asked(Mara, Noor)).Accept(Mara, Noor).ThenRefused(GraphRefusals.NoFriendRequest);

    [Fact]
    public void What_was_taken_back_cannot_be_accepted()
    {
        Given(Asked(Mara, Noor)).Cancel(Mara, Noor).Then(new FriendRequestCancelled(Mara.Id, Noor.Id));
        Given(Asked(Mara, Noor), new FriendRequestCancelled(Mara.Id, Noor.Id)).Accept(Noor, Mara).ThenRefused(GraphRefusals.NoFriendRequest);
    }

    [Fact]
    public void Only_who_asked_takes_it_back() => Given(Asked(Mara, Noor)).Cancel(Noor, Mara).ThenNothing();

    [Fact]
    public void Who_is_asked_declines() => Given(Asked(Mara, Noor)).Decline(Noor, Mara).Then(Declined(Mara, by: Noor));

    [Fact]
    public void Where_nobody_asked_there_is_nothing_to_decline() => Given().Decline(Noor, Mara).ThenRefused(GraphRefusals.NoFriendRequest);

    [Fact]
    public void Who_was_declined_finds_it_waiting()
    {
        Edge declined = Given(Asked(Mara, Noor), Declined(Mara, by: Noor));
        declined.Ask(Mara, Noor).ThenNothing();
        declined.Cancel(Mara, Noor).Then(new FriendRequestCancelled(Mara.Id, Noor.Id));
    }

    [Fact]
    public void Who_takes_a_declined_request_back_and_asks_again_is_not_shown_until_the_time_is_over()
    {
        Edge taken = Given(Asked(Mara, Noor), Declined(Mara, by: Noor), new FriendRequestCancelled(Mara.Id, Noor.Id));
        taken.Ask(Mara, Noor).Then(Asked(Mara, Noor, withheld: AskAgainAt));
        taken.Ask(Mara, Noor, AskAgainAt).Then(Asked(Mara, Noor));
    }

    [Fact]
    public void After_thirty_days_a_declined_person_may_ask_again()
    {
        Edge declined = Given(Asked(Mara, Noor), Declined(Mara, by: Noor));
        declined.Ask(Mara, Noor, AskAgainAt.AddTicks(-1)).ThenNothing();
        declined.Ask(Mara, Noor, AskAgainAt).Then(Asked(Mara, Noor));
        (AskAgainAt - Now).ShouldBe(TimeSpan.FromDays(30));
    }

    [Fact]
    public void Who_declined_may_ask_at_once()
    {
        Given(Asked(Mara, Noor), Declined(Mara, by: Noor)).Ask(Noor, Mara).Then(new FriendAdded(Mara.Id, Noor.Id));
        Edge taken = Given(Asked(Mara, Noor), Declined(Mara, by: Noor), new FriendRequestCancelled(Mara.Id, Noor.Id));
        taken.Ask(Noor, Mara).Then(Asked(Noor, Mara));
        Given(Asked(Mara, Noor), Declined(Mara, by: Noor), new FriendRequestCancelled(Mara.Id, Noor.Id), Asked(Noor, Mara))
            .WithheldFrom(Mara.Id, Now).ShouldBeNull("whoever asks has changed their mind");
    }

    [Fact]
    public void A_decline_outlasts_a_block() =>
        Given(Asked(Mara, Noor), Declined(Mara, by: Noor), Blocked(Noor, Mara), new UserUnblocked(Noor.Id, Mara.Id))
            .Ask(Mara, Noor).Then(Asked(Mara, Noor, withheld: AskAgainAt));

    [Fact]
    public void Friends_part_and_either_may_ask_anew()
    {
        Given(Friends).Unfriend(Noor, Mara).Then(new FriendRemoved(Noor.Id, Mara.Id));
        Edge apart = Given(Friends, new FriendRemoved(Noor.Id, Mara.Id));
        apart.Unfriend(Mara, Noor).ThenNothing();
        apart.Ask(Mara, Noor).Then(Asked(Mara, Noor));
    }

    [Fact]
    public void There_is_a_most_of_friends_for_both()
    {
        Given().Ask(Full, Noor).ThenRefused(GraphRefusals.FriendsFull);
        Given(Asked(Noor, Mara)).Accept(Full, Noor).ThenRefused(GraphRefusals.FriendsFull);
        Given(Asked(Mara, Noor)).Accept(Noor, Full).ThenRefused(GraphRefusals.FriendsFull);
        Given(Asked(Mara, Noor)).Ask(Noor, Full).ThenRefused(GraphRefusals.FriendsFull);
        Given().Ask(Mara with { Has = new Tally(Friends: GraphPolicy.FriendsMax - 1) }, Noor).Then(Asked(Mara, Noor));
    }

    [Fact]
    public void There_is_a_most_of_requests_that_wait()
    {
        Person eager = Mara with { Has = new Tally(Requests: GraphPolicy.RequestsMax) };
        Given().Ask(eager, Noor).ThenRefused(GraphRefusals.RequestsFull);
        Given(Asked(Mara, Noor)).Ask(eager, Noor).ThenNothing();
        Given(Asked(Noor, Mara)).Ask(eager, Noor).Then(new FriendAdded(Noor.Id, Mara.Id));
    }
}
