using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <param name="At">When it happened.</param>
/// <param name="ActionId">Of a moderator's decision.</param>
public sealed record UpdateTrust(UserId UserId, TrustEvidence Evidence, DateTimeOffset At, Guid? ActionId = null)
{
    /// <summary>Nothing is recorded that would count for nothing, so that a stream grows by a few events a month at most.</summary>
    public static Decision<TrustEvent> Decide(TrustLedger ledger, UpdateTrust command)
    {
        bool counts = command.Evidence switch
        {
            TrustEvidence.Moderated => !ledger.Holds(command.ActionId!.Value),
            TrustEvidence.ModerationReversed => ledger.Holds(command.ActionId!.Value),
            _ => ledger.ClosedAt(command.At).Counts.GetValueOrDefault(command.Evidence) < TrustRules.For(command.Evidence)!.CountMax,
        };
        if (ledger.IsErased || !counts)
        {
            return Decision<TrustEvent>.Nothing;
        }

        TrustCourse course = ledger.Take(command.Evidence, command.At, command.ActionId).CourseFrom(command.At);
        return new TrustUpdated(command.UserId, command.Evidence, command.At, course, command.ActionId);
    }
}
