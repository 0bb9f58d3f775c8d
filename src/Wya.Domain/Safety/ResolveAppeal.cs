using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>By another moderator than who decided or proposed it. An action that does not stand is taken back with it.</summary>
public sealed record ResolveAppeal(Guid AppealId, AppealOutcome Outcome, string Explanation)
{
    public static Decision<CaseEvent> Decide(Case state, ResolveAppeal command, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        if (state.Actions.Find(action => action.Appeal?.AppealId == command.AppealId) is not { } action)
        {
            return SafetyRefusals.AppealNotFound;
        }

        if (action.By == moderator.Ref || action.ProposedBy == moderator.Ref)
        {
            return SafetyRefusals.SecondPersonNeeded;
        }

        if (action.Appeal!.Outcome is { } decided)
        {
            return decided == command.Outcome ? Decision<CaseEvent>.Nothing : SafetyRefusals.AppealDecided;
        }

        if (Lease.Refuse(state, moderator, now) is { } lease)
        {
            return lease;
        }

        if (!Words.AreValid(command.Explanation))
        {
            return SafetyRefusals.WordsInvalid;
        }

        var resolved = new AppealResolved(command.AppealId, action.ActionId, person.Id, command.Outcome, person.Seal(command.Explanation));
        return command.Outcome == AppealOutcome.Overturned && !action.IsReversed
            ? Decision<CaseEvent>.Record(
                resolved, new ActionReversed(action.ActionId, person.Seal(command.Explanation), command.AppealId, person.Id.Value))
            : resolved;
    }
}
