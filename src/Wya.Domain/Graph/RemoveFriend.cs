using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Ends a friendship, for both. The other one is not told, and may ask again.</summary>
public sealed record RemoveFriend
{
    public static Decision<EdgeEvent> Decide(Edge edge, Pair pair)
    {
        if (!pair.Meets(edge))
        {
            return GraphRefusals.UserNotFound;
        }

        return edge.AreFriends ? new FriendRemoved(pair.Self.Id, pair.Other!.Id) : Decision<EdgeEvent>.Nothing;
    }
}
