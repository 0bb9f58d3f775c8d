using Wya.Api.Http;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

/// <summary>Safety's log and read models, as this process reaches them, and what scans the words of others for it.</summary>
internal sealed class SafetyLog : OpenDomain
{
    public SafetyLog(LogDatabases databases, Settings settings, TimeProvider clock)
        : base(SafetyDomain.Definition.Name, databases, clock) =>
        Caches = ContentScans.Consumers(settings.Scanners,
            databases.Of("messaging"),
            databases["rooms"],
            Store,
            Database);

    public override IReadOnlyList<Consumer> Caches { get; }
}
