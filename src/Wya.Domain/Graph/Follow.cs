using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>One way: nobody has to agree, and whoever is followed may end it.</summary>
public sealed record Follow
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (pair.IsOneself)
        {
            return GraphRefusals.NotWithOneself;
        }

        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        if (edge.Follows.Contains(pair.Self.Id))
        {
            return Decision<EdgeEvent>.Nothing;
        }

        return pair.Self.Has.Following < GraphPolicy.FollowingMax
            ? new FollowAdded(pair.Self.Id, pair.Other!.Id)
            : GraphRefusals.FollowingFull;
    }
}
