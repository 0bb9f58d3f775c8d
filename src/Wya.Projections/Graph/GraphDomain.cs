using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>The graph: who is friends with whom, who has blocked whom, and the trust in each.</summary>
public static class GraphDomain
{
    public static DomainDefinition Definition { get; } = new(
        "graph",
        EventTypeMap.From(typeof(EdgeEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(EdgeEvent).Namespace)),
        [new ReadModel("TrustScores", 1, Inline: true, new TrustScoresTable())],
        new TrustPersonalData(),
        TrustOriginsTable.CreateSql)
    {
        Followers = TrustFollower.All,
    };
}
