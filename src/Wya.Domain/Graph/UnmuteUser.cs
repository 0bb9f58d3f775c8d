using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Takes back one's own mute.</summary>
public sealed record UnmuteUser
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        return edge.Mutes.Contains(pair.Self.Id) ? new UserUnmuted(pair.Self.Id, pair.Other!.Id) : Decision<EdgeEvent>.Nothing;
    }
}
