using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Ends all that is between the two, and lets nothing new begin. Whoever has been blocked finds nobody to block.</summary>
public sealed record BlockUser
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (pair.IsOneself)
        {
            return GraphRefusals.NotWithOneself;
        }

        if (pair.IsReachable && edge.Blocks.Contains(pair.Self.Id))
        {
            return Decision<EdgeEvent>.Nothing;
        }

        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        return pair.Self.Has.Blocks < GraphPolicy.BlocksMax ? new UserBlocked(pair.Self.Id, pair.Other!.Id) : GraphRefusals.BlocksFull;
    }
}
