using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Somebody has looked at a person's many reports: they stand on their own again, or have been dismissed together.</summary>
public sealed record UngroupReports(bool WereDismissed)
{
    public static Decision<CaseEvent> Decide(Case state, UngroupReports command, ConcernedPerson person, Moderator moderator, DateTimeOffset now) =>
        state.GroupedAs is not { } group ? Decision<CaseEvent>.Nothing
        : Lease.Refuse(state, moderator, now) is { } lease ? lease
        : new ReportsUngrouped(person.Id, group, command.WereDismissed);
}

/// <summary>One person's reports in somebody's case, all made to harm. Those that were decided meanwhile stay as they were decided.</summary>
public static class DismissReports
{
    /// <param name="reporterRef">Whose.</param>
    public static Decision<CaseEvent> Decide(Case state, AnswerReports reports, Guid reporterRef)
    {
        AnswerReports open = reports with
        {
            Answers = [.. reports.Answers.Where(answer =>
                state.OpenReports.TryGetValue(answer.ReportId, out OpenReport? report) && report.ReporterRef == reporterRef)],
        };
        return open.Refuse(state) is { } refusal ? refusal : Decision<CaseEvent>.Record([.. open.Resolve(state, null)]);
    }
}
