using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Ends one's own following.</summary>
public sealed record Unfollow
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        return edge.Follows.Contains(pair.Self.Id) ? new FollowRemoved(pair.Self.Id, pair.Other!.Id) : Decision<EdgeEvent>.Nothing;
    }
}
