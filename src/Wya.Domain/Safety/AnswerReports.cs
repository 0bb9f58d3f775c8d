using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>What a report comes to, for who made it.</summary>
/// <param name="Explanation">To the reporter; null where a plain sentence for its outcome does.</param>
public sealed record ReportAnswer(Guid ReportId, ReportOutcome Outcome, string? Explanation = null);

/// <summary>Reports are resolved with the decision that answers them, and by nothing else.</summary>
/// <param name="Reporters">Who made each of them; missing where their key is destroyed, and nothing of them can be told.</param>
public sealed record AnswerReports(IReadOnlyList<ReportAnswer> Answers, IReadOnlyDictionary<Guid, UserId> Reporters)
{
    public static AnswerReports None { get; } = new([], new Dictionary<Guid, UserId>());

    public Refusal? Refuse(Case state) =>
        Answers.Any(answer => answer.Explanation is { } words && !Words.AreValid(words)) ? SafetyRefusals.WordsInvalid
        : Answers.DistinctBy(answer => answer.ReportId).Count() != Answers.Count
            || Answers.Any(answer => !state.OpenReports.ContainsKey(answer.ReportId)) ? SafetyRefusals.ReportNotOpen
        : null;

    /// <param name="actionId">What was done about it; null when nothing was.</param>
    public IEnumerable<CaseEvent> Resolve(Case state, Guid? actionId) => Answers.Select(answer =>
    {
        Guid reporter = state.OpenReports[answer.ReportId].ReporterRef;
        return new ReportResolved(
            answer.ReportId,
            answer.Outcome,
            reporter,
            new Sensitive<Guid>(reporter, Reporters.TryGetValue(answer.ReportId, out UserId who) ? who.Value : Guid.Empty),
            new Sensitive<string>(reporter, answer.Explanation ?? PlainWords(answer.Outcome)),
            actionId);
    });

    private static string PlainWords(ReportOutcome outcome) => outcome switch
    {
        ReportOutcome.Upheld => "A moderator looked at it and acted. Thank you for telling us.",
        ReportOutcome.NoViolation => "A moderator looked at it and found no rule broken. Thank you for telling us; block or mute whoever you do not want to meet.",
        ReportOutcome.FalseReport => "A moderator looked at it and found that it was made to harm somebody.",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
