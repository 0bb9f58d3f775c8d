using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Also of one that was declined, as long as it was not taken back.</summary>
public sealed record AcceptFriendRequest
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        if (edge.AreFriends)
        {
            return Decision<EdgeEvent>.Nothing;
        }

        return edge.IsRequestedBy(pair.Other!.Id) ? Befriend(pair) : GraphRefusals.NoFriendRequest;
    }

    /// <summary>The other one has asked, and this one wants it too.</summary>
    internal static Decision<EdgeEvent> Befriend(Pair pair)
    {
        bool isFull = pair.Self.Has.Friends >= GraphPolicy.FriendsMax || pair.Other!.Has.Friends >= GraphPolicy.FriendsMax;
        return isFull ? GraphRefusals.FriendsFull : new FriendAdded(pair.Other!.Id, pair.Self.Id);
    }
}
