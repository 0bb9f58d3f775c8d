using System.Globalization;
using Wya.Api.Safety;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Reports;

/// <summary>How somebody's place behaved: how often it was impossible, and never where it was, which nobody has kept.</summary>
internal sealed class PlaceSnapshots(SafetyLog safety)
{
    public async Task<Snapshot> Of(UserId person, DateTimeOffset now, CancellationToken ct)
    {
        RiskProfileRow? profile = await RiskProfilesTable.Of(safety.Database, person.Value, ct).ConfigureAwait(false);
        int count = profile is null ? 0 : RiskProfilesTable.Known(profile.Signals).Where(signal => signal.Kind == SignalKind.LocationAnomaly).Sum(signal => signal.Count);
        return new Snapshot(
            person,
            $"location_behaviour:{person}",
            new Evidence(
                ReportSubjectKind.LocationBehaviour,
                now,
                [new EvidenceItem(Snapshots.Reported, string.Create(CultureInfo.InvariantCulture, $"{count} hours with an impossible change of place"), IsReported: true)],
                new EvidenceSubject()));
    }
}
