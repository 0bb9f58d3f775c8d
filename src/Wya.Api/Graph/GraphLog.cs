using Wya.Api.Http;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

/// <summary>The graph's log and read models, as this process reaches them.</summary>
internal sealed class GraphLog(LogDatabases databases, TimeProvider clock) : OpenDomain(GraphDomain.Definition, databases, clock);
