using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>The second of two people who place a legal hold.</summary>
public sealed record PlaceHold(Guid HoldId)
{
    public static Decision<CaseEvent> Decide(Case state, PlaceHold command, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        if (!state.Holds.TryGetValue(command.HoldId, out LegalHold? hold))
        {
            return HoldRefusals.HoldNotFound;
        }

        if (hold.IsPlaced)
        {
            return Decision<CaseEvent>.Nothing;
        }

        if (hold.ProposedBy == moderator.Ref)
        {
            return SafetyRefusals.SecondPersonNeeded;
        }

        return hold.Until <= now ? HoldRefusals.EndInvalid : new HoldPlaced(command.HoldId, person.Id, hold.Until);
    }
}
