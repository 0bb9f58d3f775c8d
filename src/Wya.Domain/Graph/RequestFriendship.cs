using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Asks somebody to be friends. Who is asked, and asks as well, has accepted.</summary>
public sealed record RequestFriendship
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair, DateTimeOffset now)
    {
        if (pair.Self.IsMuted(now))
        {
            return GraphRefusals.Muted; // before anything is said about the other one
        }

        if (pair.IsOneself)
        {
            return GraphRefusals.NotWithOneself;
        }

        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        if (edge.AreFriends)
        {
            return Decision<EdgeEvent>.Nothing;
        }

        UserId self = pair.Self.Id, other = pair.Other!.Id;
        if (edge.IsRequestedBy(other))
        {
            return AcceptFriendRequest.Befriend(pair);
        }

        DateTimeOffset? withheld = edge.WithheldFrom(self, now);
        bool isWaiting = edge.IsRequestedBy(self) && (withheld is not null || !edge.Request!.IsDeclined);
        if (isWaiting)
        {
            return Decision<EdgeEvent>.Nothing; // as they see it, it is waiting
        }

        if (!edge.IsRequestedBy(self) && pair.Self.Has.Requests >= GraphPolicy.RequestsMax)
        {
            return GraphRefusals.RequestsFull;
        }

        return pair.Self.Has.Friends < GraphPolicy.FriendsMax ? new FriendRequested(self, other, withheld) : GraphRefusals.FriendsFull;
    }
}
