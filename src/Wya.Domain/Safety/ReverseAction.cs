using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Takes an action back, with all that it did, whoever decided it.</summary>
public sealed record ReverseAction(Guid ActionId, string Reason)
{
    public static Decision<CaseEvent> Decide(Case state, ReverseAction command, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        if (Lease.Refuse(state, moderator, now) is { } lease)
        {
            return lease;
        }

        if (state.Action(command.ActionId) is not { } action)
        {
            return SafetyRefusals.ActionNotFound;
        }

        if (!Words.AreValid(command.Reason))
        {
            return SafetyRefusals.WordsInvalid;
        }

        return action.IsReversed
            ? Decision<CaseEvent>.Nothing
            : new ActionReversed(command.ActionId, person.Seal(command.Reason), UserId: person.Id.Value);
    }
}
