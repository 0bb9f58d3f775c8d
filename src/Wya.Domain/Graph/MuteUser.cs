using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>For oneself: what they do calls for no attention. Nobody is told, and nothing ends.</summary>
public sealed record MuteUser
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

        if (edge.Mutes.Contains(pair.Self.Id))
        {
            return Decision<EdgeEvent>.Nothing;
        }

        return pair.Self.Has.Mutes < GraphPolicy.MutesMax ? new UserMuted(pair.Self.Id, pair.Other!.Id) : GraphRefusals.MutesFull;
    }
}
