using Wya.Domain.Graph.Events;
using Wya.EventStore;

namespace Wya.Projections.Graph;

/// <summary>The graph: who is friends with whom, and who has blocked whom. So far its log alone, for others to follow.</summary>
public static class GraphDomain
{
    public static DomainDefinition Definition { get; } = new(
        "graph",
        EventTypeMap.From(typeof(EdgeEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(EdgeEvent).Namespace)),
        [],
        new IdsOnly());
}
