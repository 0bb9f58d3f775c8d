using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Says that what safety holds of a person must outlive their erasure. It keeps nothing until another has agreed.</summary>
/// <param name="Until">It ends by itself then; a year at most. Who needs it longer proposes another.</param>
/// <param name="Ground">For moderators: the order, the file number, what it is about.</param>
public sealed record ProposeHold(Guid HoldId, HoldClass Class, DateTimeOffset Until, string Ground)
{
    public static Decision<CaseEvent> Decide(Case state, ProposeHold command, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        if (!state.IsThere)
        {
            return SafetyRefusals.CaseNotFound;
        }

        if (!Words.AreValid(command.Ground))
        {
            return SafetyRefusals.WordsInvalid;
        }

        if (command.Until <= now || command.Until > now + SafetyPolicy.HoldMax)
        {
            return HoldRefusals.EndInvalid;
        }

        return state.Holds.Count >= SafetyPolicy.HoldsAtATimeMax
            ? HoldRefusals.TooMany
            : new HoldProposed(command.HoldId, person.Id, moderator.Ref, command.Class, command.Until, person.Seal(command.Ground));
    }
}
