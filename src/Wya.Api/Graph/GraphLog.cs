using Wya.Api.Http;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

/// <summary>The graph's log, as this process reaches it.</summary>
internal sealed class GraphLog(LogDatabases databases, TimeProvider clock) : OpenDomain(GraphDomain.Definition, databases, clock);
