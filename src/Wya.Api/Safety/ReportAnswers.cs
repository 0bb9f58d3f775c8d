using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

/// <summary>One open report of the case, and what it came to.</summary>
/// <param name="Outcome">upheld, no_violation or false_report.</param>
/// <param name="Explanation">To whoever reported, who is told nothing else; a plain sentence for the outcome when it is left out.</param>
internal sealed record AnsweredReport(Guid ReportId, ReportOutcome Outcome, string? Explanation = null);

/// <summary>Makes of what a moderator says about reports what is recorded: with who made them, which no moderator need know.</summary>
internal sealed class ReportAnswers(SafetyLog safety)
{
    public async Task<AnswerReports> Of(Guid caseId, IReadOnlyList<AnsweredReport>? answered, CancellationToken ct, bool all = false)
    {
        ReportAnswer[] answers = [.. (answered ?? []).Select(one => new ReportAnswer(one.ReportId, one.Outcome, one.Explanation))];
        return answers.Length == 0 && !all
            ? AnswerReports.None
            : new AnswerReports(answers, await Reporters(await ReportsTable.Open(safety.Database, caseId, ct).ConfigureAwait(false), ct).ConfigureAwait(false));
    }

    public async Task<IReadOnlyDictionary<Guid, UserId>> Reporters(IEnumerable<ReportRow> reports, CancellationToken ct)
    {
        Dictionary<Guid, UserId> reporters = [];
        foreach (ReportRow report in reports)
        {
            if (await SealedWords.Open<ReporterStatement>(safety.Database, report.Statement, report.CaseId, ct).ConfigureAwait(false) is { } statement)
            {
                reporters[report.ReportId] = statement.Reporter;
            }
        }

        return reporters;
    }
}
