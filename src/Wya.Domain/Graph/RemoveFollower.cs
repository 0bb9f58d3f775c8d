using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Ends somebody's following of oneself. They are not told, and may follow again: a block prevents it.</summary>
public sealed record RemoveFollower
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        return edge.Follows.Contains(pair.Other!.Id)
            ? new FollowRemoved(pair.Other.Id, pair.Self.Id, RemovedBy: pair.Self.Id)
            : Decision<EdgeEvent>.Nothing;
    }
}
