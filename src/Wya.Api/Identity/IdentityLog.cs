using Wya.Api.Http;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>Identity's log and read models, as this process reaches them.</summary>
internal sealed class IdentityLog(LogDatabases databases, TimeProvider clock) : OpenDomain(IdentityDomain.Definition.Name, databases, clock);
