using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Xunit;
using static Wya.Domain.Tests.Graph.GraphSpec;

namespace Wya.Domain.Tests.Graph;

public sealed class FollowTests
{
    [Fact]
    public void Anybody_follows_one_way()
    {
        Given().Follows(Mara, Noor).Then(new FollowAdded(Mara.Id, Noor.Id));
        Given(new FollowAdded(Mara.Id, Noor.Id)).Follows(Noor, Mara).Then(new FollowAdded(Noor.Id, Mara.Id));
        Given(new FollowAdded(Mara.Id, Noor.Id)).Follows(Mara, Noor).ThenNothing();
    }

    [Fact]
    public void Either_of_the_two_ends_it()
    {
        Edge followed = Given(new FollowAdded(Mara.Id, Noor.Id));
        followed.Unfollows(Mara, Noor).Then(new FollowRemoved(Mara.Id, Noor.Id));
        followed.Sheds(Noor, Mara).Then(new FollowRemoved(Mara.Id, Noor.Id, RemovedBy: Noor.Id));
        followed.Unfollows(Noor, Mara).ThenNothing();
        followed.Sheds(Mara, Noor).ThenNothing();
    }

    [Fact]
    public void There_is_a_most_of_people_whom_one_follows() =>
        Given().Follows(Mara with { Has = new Tally(Following: GraphPolicy.FollowingMax) }, Noor).ThenRefused(GraphRefusals.FollowingFull);

    [Theory]
    [InlineData(0, new string[0], true, new[] { "Follows you" })]
    [InlineData(1, new[] { "noor" }, false, new[] { "1 mutual friend: noor" })]
    [InlineData(3, new[] { "noor", "kim", "ida" }, false, new[] { "3 mutual friends: noor, kim, ida" })]
    [InlineData(5, new[] { "noor", "kim", "ida" }, true, new[] { "5 mutual friends: noor, kim, ida and 2 more", "Follows you" })]
    [InlineData(2, new string[0], false, new[] { "2 mutual friends" })]
    public void A_suggestion_says_why(int mutual, string[] named, bool follows, string[] reasons) =>
        SuggestionReason.All(mutual, named, follows).ShouldBe(reasons);
}
