using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Ends a legal hold before its time, takes a proposed one back, or records that its time has come.</summary>
public sealed record EndHold(Guid HoldId)
{
    public static Decision<CaseEvent> Decide(Case state, EndHold command) =>
        state.User is { } user && state.Holds.ContainsKey(command.HoldId) ? new HoldEnded(command.HoldId, user) : HoldRefusals.HoldNotFound;
}
