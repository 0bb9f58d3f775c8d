using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Tests.Graph;

/// <summary>Given what happened between two people, when one of them wants something, then this is decided.</summary>
internal static class GraphSpec
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset AskAgainAt { get; } = Now + GraphPolicy.AskAgainAfter;

    public static Person Mara { get; } = Somebody("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e");

    public static Person Noor { get; } = Somebody("0197a3c3-01aa-7f02-8c3d-9e8f7a6b5c4d");

    public static Person Somebody(string id, AgeLayer layer = AgeLayer.Adult) => new(new UserId(new Guid(id)), layer, IsThere: true, new Tally());

    public static Edge Given(params IReadOnlyList<EdgeEvent> history) => Edge.Stream.Fold(Edge.Strangers, history);

    public static FriendRequested Asked(Person by, Person other, DateTimeOffset? withheld = null) => new(by.Id, other.Id, withheld);

    public static FriendRequestDeclined Declined(Person asked, Person by) => new(asked.Id, by.Id, AskAgainAt);

    public static FriendAdded Friends { get; } = new(Mara.Id, Noor.Id);

    public static UserBlocked Blocked(Person by, Person other) => new(by.Id, other.Id);

    public static Decision<EdgeEvent> Ask(this Edge edge, Person self, Person? other, DateTimeOffset? now = null) =>
        RequestFriendship.Decide(edge, new Pair(self, other), now ?? Now);

    public static Decision<EdgeEvent> Cancel(this Edge edge, Person self, Person? other) => CancelFriendRequest.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Accept(this Edge edge, Person self, Person? other) => AcceptFriendRequest.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Decline(this Edge edge, Person self, Person? other) => DeclineFriendRequest.Decide(edge, new Pair(self, other), Now);

    public static Decision<EdgeEvent> Unfriend(this Edge edge, Person self, Person? other) => RemoveFriend.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Follows(this Edge edge, Person self, Person? other) => Follow.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Unfollows(this Edge edge, Person self, Person? other) => Unfollow.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Sheds(this Edge edge, Person self, Person? other) => RemoveFollower.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Block(this Edge edge, Person self, Person? other) => BlockUser.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Unblock(this Edge edge, Person self, Person? other) => UnblockUser.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Mute(this Edge edge, Person self, Person? other) => MuteUser.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Unmute(this Edge edge, Person self, Person? other) => UnmuteUser.Decide(edge, new Pair(self, other));

    public static Decision<EdgeEvent> Dismiss(this Edge edge, Person self, Person? other) => DismissSuggestion.Decide(edge, new Pair(self, other));

    /// <summary>Every command of the graph, as somebody gives it.</summary>
    public static IReadOnlyDictionary<string, Func<Edge, Person, Person?, Decision<EdgeEvent>>> Commands { get; } =
        new Dictionary<string, Func<Edge, Person, Person?, Decision<EdgeEvent>>>
        {
            ["request"] = (edge, self, other) => edge.Ask(self, other),
            ["cancel"] = Cancel,
            ["accept"] = Accept,
            ["decline"] = Decline,
            ["unfriend"] = Unfriend,
            ["follow"] = Follows,
            ["unfollow"] = Unfollows,
            ["shed"] = Sheds,
            ["block"] = Block,
            ["unblock"] = Unblock,
            ["mute"] = Mute,
            ["unmute"] = Unmute,
            ["dismiss"] = Dismiss,
        };

    public static void Then(this Decision<EdgeEvent> decision, EdgeEvent fact)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldHaveSingleItem().ShouldBe(fact);
    }

    public static void ThenNothing(this Decision<EdgeEvent> decision)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldBeEmpty();
    }

    public static void ThenRefused(this Decision<EdgeEvent> decision, Refusal why)
    {
        decision.Events.ShouldBeEmpty();
        decision.Refusal.ShouldBe(why);
    }
}
