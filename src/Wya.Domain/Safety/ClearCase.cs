using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Closes all that is open, and does nothing about it. Reports that are not answered one by one were made in good faith.</summary>
public sealed record ClearCase(string Reason, AnswerReports Reports)
{
    public static Decision<CaseEvent> Decide(Case state, ClearCase command, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        if (!state.IsThere)
        {
            return SafetyRefusals.CaseNotFound;
        }

        if (Lease.Refuse(state, moderator, now) is { } lease)
        {
            return lease;
        }

        if (!Words.AreValid(command.Reason))
        {
            return SafetyRefusals.WordsInvalid;
        }

        if (command.Reports.Refuse(state) is { } refusal)
        {
            return refusal;
        }

        HashSet<Guid> answered = [.. command.Reports.Answers.Select(answer => answer.ReportId)];
        AnswerReports all = command.Reports with
        {
            Answers =
            [
                .. command.Reports.Answers,
                .. state.OpenReports.Keys.Where(id => !answered.Contains(id)).Order().Select(id => new ReportAnswer(id, ReportOutcome.NoViolation)),
            ],
        };
        return Decision<CaseEvent>.Record([.. all.Resolve(state, null), new CaseCleared(person.Id, person.Seal(command.Reason))]);
    }
}
