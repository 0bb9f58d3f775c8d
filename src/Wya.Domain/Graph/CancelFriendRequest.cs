using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Takes back what one has asked; also what was declined, of which one does not know.</summary>
public sealed record CancelFriendRequest
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        return edge.IsRequestedBy(pair.Self.Id) ? new FriendRequestCancelled(pair.Self.Id, pair.Other!.Id) : Decision<EdgeEvent>.Nothing;
    }
}
