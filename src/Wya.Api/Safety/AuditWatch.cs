using System.Diagnostics.Metrics;
using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

/// <summary>How this process has found safety's log: what it has verified and signed, and whether anything is wrong with it.</summary>
internal sealed class AuditWatch : IDisposable
{
    public const string MeterName = "Wya.Safety";

    private readonly Meter meter = new(MeterName);
    private long signedSize;
    private AuditFinding? finding;

    public AuditWatch()
    {
        meter.CreateObservableGauge("wya.audit.checkpoint.size", () => Volatile.Read(ref signedSize), "{event}", "Events of safety's log that the newest checkpoint covers.");
        meter.CreateObservableGauge("wya.audit.broken", () => IsBroken ? 1 : 0, description: "1 once safety's log was found to differ from what it was; it stays until the process is started again.");
    }

    /// <summary>It was found to be otherwise than it was: no checkpoint is signed over it any more.</summary>
    public bool IsBroken => Volatile.Read(ref finding) is not null;

    public void Signed(long size) => Volatile.Write(ref signedSize, size);

    /// <returns>Whether it is news.</returns>
    public bool Broken(AuditFinding found) => Interlocked.CompareExchange(ref finding, found, null) is null;

    public void Dispose() => meter.Dispose();
}
