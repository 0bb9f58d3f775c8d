using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>The other one is not suggested to this one any more. It says nothing to anybody else.</summary>
public sealed record DismissSuggestion
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

        return edge.Dismissals.Contains(pair.Self.Id)
            ? Decision<EdgeEvent>.Nothing
            : new SuggestionDismissed(pair.Self.Id, pair.Other!.Id);
    }
}
