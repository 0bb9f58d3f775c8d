using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Leaves the case to others. What is not one's own stays as it is.</summary>
public sealed record ReleaseCase
{
    public static Decision<CaseEvent> Decide(Case state, ConcernedPerson person, Moderator moderator, DateTimeOffset now) =>
        state.ClaimantAt(now) == moderator.Ref ? new CaseReleased(person.Id) : Decision<CaseEvent>.Nothing;
}
