using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>The person has read what was shown to them.</summary>
/// <param name="WasShown">To this person, at some time: the state knows those alone that are open.</param>
public sealed record DismissOverlay(Guid InterventionId, bool WasShown)
{
    public static Decision<CaseEvent> Decide(Case state, DismissOverlay command) =>
        state.OpenInterventions.Contains(command.InterventionId) ? new InterventionDismissed(command.InterventionId, state.User!.Value)
        : command.WasShown ? Decision<CaseEvent>.Nothing
        : ReportRefusals.OverlayNotFound;
}
