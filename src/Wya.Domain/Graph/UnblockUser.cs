using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Only one's own block is taken back, and nothing that it ended comes back.</summary>
public sealed record UnblockUser
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (pair.IsReachable && edge.Blocks.Contains(pair.Self.Id))
        {
            return new UserUnblocked(pair.Self.Id, pair.Other!.Id);
        }

        return pair.Meets(edge) ? Decision<EdgeEvent>.Nothing : GraphRefusals.UserNotFound;
    }
}
