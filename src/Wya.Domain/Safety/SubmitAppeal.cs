using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>The person asks for another look at what was decided about them: once an action, for six months.</summary>
public sealed record SubmitAppeal(Guid AppealId, Guid ActionId, string Words)
{
    public static Decision<CaseEvent> Decide(Case state, SubmitAppeal command, ConcernedPerson person, DateTimeOffset now)
    {
        if (state.Action(command.ActionId) is not { } action)
        {
            return SafetyRefusals.ActionNotFound;
        }

        if (action.Appeal is not null)
        {
            return SafetyRefusals.AppealMade;
        }

        if (action.IsReversed)
        {
            return SafetyRefusals.ActionReversed;
        }

        if (now > action.Since + SafetyPolicy.AppealWithin)
        {
            return SafetyRefusals.AppealTooLate;
        }

        return Safety.Words.AreValid(command.Words)
            ? new AppealSubmitted(command.AppealId, command.ActionId, person.Id, person.Seal(command.Words))
            : SafetyRefusals.WordsInvalid;
    }
}
