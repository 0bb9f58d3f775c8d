using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Safety;

/// <summary>Everything about one person that a decision needs.</summary>
/// <param name="Handle">Left out when they are erased.</param>
/// <param name="LevelMeaning">In words.</param>
/// <param name="Score">0 to 1, as last assessed; left out while it never was.</param>
/// <param name="Parts">What the score is made of, each 0 to 1 before its weight.</param>
/// <param name="Priority">In the queue; left out when nothing waits.</param>
/// <param name="DueAt">By when somebody must have looked.</param>
/// <param name="Group">Of the person's own reports, while they wait together.</param>
/// <param name="IsHeld">What safety holds of them outlives their erasure for now.</param>
internal sealed record CaseAnswer(
    Guid CaseId,
    UserId UserId,
    RiskLevel Level,
    string LevelMeaning,
    DateTimeOffset OpenedAt,
    IReadOnlyList<CaseAnswer.Report> OpenReports,
    IReadOnlyList<CaseAnswer.Signal> Signals,
    IReadOnlyList<CaseAnswer.Action> Actions,
    IReadOnlyList<CaseAnswer.Proposal> ProposedBans,
    IReadOnlyList<CaseAnswer.Appeal> Appeals,
    bool IsHeld,
    string? Handle = null,
    double? Score = null,
    RiskParts? Parts = null,
    CasePriority? Priority = null,
    DateTimeOffset? DueAt = null,
    CasePriority? Escalated = null,
    CaseAnswer.Claim? ClaimedNow = null,
    CaseAnswer.ReportGroup? Group = null)
{
    /// <param name="By">A moderator's pseudonym.</param>
    internal sealed record Claim(bool IsMine, Guid By, DateTimeOffset Until);

    /// <param name="Size">Open reports that they have made.</param>
    internal sealed record ReportGroup(int Size);

    /// <param name="Reporter">The same label for the same person in this case, and nothing else of them.</param>
    /// <param name="SameAs">An earlier report of the same subject, whose evidence stands for this one too.</param>
    internal sealed record Report(
        Guid ReportId,
        string Reporter,
        Category Category,
        CasePriority Priority,
        ReportSubjectKind SubjectKind,
        DateTimeOffset SubmittedAt,
        DateTimeOffset DueAt,
        Guid? SameAs = null);

    /// <param name="Detail">Of the last one: which rule, how many.</param>
    internal sealed record Signal(SignalKind Kind, int Count, DateTimeOffset LastAt, string Source, string? Detail = null);

    /// <param name="By">The pseudonym of who decided; of a ban, who agreed to it.</param>
    /// <param name="Statement">Left out when the person's safety key is destroyed.</param>
    internal sealed record Action(
        Guid ActionId,
        string Kind,
        Category Category,
        GroundKind Ground,
        DateTimeOffset Since,
        DateTimeOffset DecidedAt,
        bool FromReport,
        bool AutomationDetected,
        DateTimeOffset? Until = null,
        Guid? By = null,
        StatementOfReasons? Statement = null,
        DateTimeOffset? ReversedAt = null,
        AppealOutcome? AppealOutcome = null);

    /// <param name="By">The pseudonym of who proposed it: another must agree.</param>
    internal sealed record Proposal(Guid ProposalId, Guid By, bool IsMine, Category Category, DateTimeOffset Since, StatementOfReasons? Statement = null);

    /// <param name="Words">Of the person concerned.</param>
    internal sealed record Appeal(
        Guid AppealId,
        Guid ActionId,
        DateTimeOffset SubmittedAt,
        DateTimeOffset DueAt,
        string? Words = null,
        AppealOutcome? Outcome = null,
        DateTimeOffset? ResolvedAt = null,
        string? Explanation = null);

    public static string MeaningOf(RiskLevel level) => level switch
    {
        RiskLevel.Monitor => "Nothing stands out. It restricts nobody.",
        RiskLevel.Guide => "Something was noticed; kind words are shown. It restricts nobody.",
        RiskLevel.Intervene => "Several things were noticed, or were reported. A person should look; it restricts nobody by itself.",
        RiskLevel.Protect => "Others may need protection now. A person must look first of all; it restricts nobody by itself.",
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };
}
