using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Who asked is not told, and cannot tell: to them it goes on waiting, and may be taken back.</summary>
public sealed record DeclineFriendRequest
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair, DateTimeOffset now)
    {
        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        if (edge.IsRequestedBy(pair.Other!.Id) && !edge.Request!.IsDeclined)
        {
            return new FriendRequestDeclined(pair.Other.Id, pair.Self.Id, now + GraphPolicy.AskAgainAfter);
        }

        return edge.Declined?.Of == pair.Other.Id ? Decision<EdgeEvent>.Nothing : GraphRefusals.NoFriendRequest;
    }
}
