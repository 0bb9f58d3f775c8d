using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>For other moderators. It decides nothing, so whoever may see the case may add one.</summary>
public sealed record AddNote(Guid NoteId, string Text)
{
    public static Decision<CaseEvent> Decide(Case state, AddNote command, ConcernedPerson person) =>
        !state.IsThere ? SafetyRefusals.CaseNotFound
        : !Words.AreValid(command.Text) ? SafetyRefusals.WordsInvalid
        : new NoteAdded(command.NoteId, person.Id, person.Seal(command.Text));
}
