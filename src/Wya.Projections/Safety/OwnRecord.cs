using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Projections.Safety;

/// <summary>
/// What of a case the person concerned may read: what was decided, what they said to it, how they were assessed, what they were
/// shown. Not reports, signals, notes and leases, whose times could tell who reported; and not holds.
/// </summary>
public static class OwnRecord
{
    public static IReadOnlyList<string> EventNames { get; } =
    [
        .. EventTypeMap.From(
        [
            typeof(WarningIssued), typeof(RestrictionApplied), typeof(CapabilityRestricted), typeof(SuspensionApplied), typeof(BanApplied),
            typeof(ContentTakenDown), typeof(ActionReversed), typeof(AppealSubmitted), typeof(AppealResolved), typeof(RiskAssessed),
            typeof(SoftIntervention), typeof(InterventionDismissed),
        ]).All.Select(type => type.Name),
    ];
}
