using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Makes the case one moderator's for a while; claimed again, for a while from then. It also opens one, so that a person can be looked at whom nobody has reported.</summary>
public sealed record ClaimCase
{
    public static Decision<CaseEvent> Decide(Case state, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        Guid? claimant = state.ClaimantAt(now);
        if (claimant is not null && claimant != moderator.Ref)
        {
            return SafetyRefusals.CaseClaimedByOther;
        }

        DateTimeOffset until = now + SafetyPolicy.LeaseFor;
        return claimant == moderator.Ref && state.ClaimedUntil == until
            ? Decision<CaseEvent>.Nothing
            : new CaseClaimed(person.Id, moderator.Ref, until);
    }
}
