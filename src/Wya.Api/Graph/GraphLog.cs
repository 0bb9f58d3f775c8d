using Wya.Api.Http;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

/// <summary>The graph's log and read models, as this process reaches them, and the projections in the cache.</summary>
internal sealed class GraphLog : OpenDomain
{
    public GraphLog(LogDatabases databases, GraphProjections projections, TimeProvider clock)
        : base(GraphDomain.Definition.Name, databases, clock)
    {
        Consumer people = Consumers.Single(consumer => consumer.Name == GraphDomain.People);
        Caches = projections.AreKept ? GraphProjectionFollowers.Consumers(projections, Database, people.Source, people, clock) : [];
    }

    public override IReadOnlyList<Consumer> Caches { get; }
}
