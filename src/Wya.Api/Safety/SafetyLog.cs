using Wya.Api.Http;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

/// <summary>Safety's log, as this process reaches it.</summary>
internal sealed class SafetyLog(LogDatabases databases, TimeProvider clock) : OpenDomain(SafetyDomain.Definition, databases, clock);
