using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Brings the case up in the queue, for others to look at. It decides nothing.</summary>
public sealed record EscalateCase(CasePriority Priority, string Reason)
{
    public static Decision<CaseEvent> Decide(Case state, EscalateCase command, ConcernedPerson person)
    {
        if (!state.IsThere)
        {
            return SafetyRefusals.CaseNotFound;
        }

        if (!Words.AreValid(command.Reason))
        {
            return SafetyRefusals.WordsInvalid;
        }

        return state.Escalated == command.Priority
            ? Decision<CaseEvent>.Nothing
            : new CaseEscalated(person.Id, command.Priority, person.Seal(command.Reason));
    }
}
