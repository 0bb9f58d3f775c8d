using System.Globalization;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Every reason for which safety turns a command down. Codes are published and never change their meaning.</summary>
public static class SafetyRefusals
{
    public static Refusal UserNotFound { get; } = new("user-not-found", "There is no such user.", RefusalKind.NotFound);

    public static Refusal CaseNotFound { get; } = new("case-not-found", "There is no such case.", RefusalKind.NotFound);

    public static Refusal ConflictOfInterest { get; } = new(
        "conflict-of-interest", "This case is for another moderator.", RefusalKind.Forbidden);

    public static Refusal CaseNotClaimed { get; } = new(
        "case-not-claimed", "Claim the case first; a claim ends by itself after half an hour.", RefusalKind.Conflict);

    public static Refusal CaseClaimedByOther { get; } = new(
        "case-claimed-by-other", "Another moderator is at work on this case.", RefusalKind.Conflict);

    public static Refusal WordsInvalid { get; } = new(
        "safety-words-invalid",
        string.Create(CultureInfo.InvariantCulture, $"A note, a reason or an explanation has 1 to {SafetyPolicy.WordsCharactersMax} characters that are not all blank."),
        RefusalKind.Invalid);

    public static Refusal ReportNotFound { get; } = new("report-not-found", "There is no such report in this case.", RefusalKind.NotFound);

    public static Refusal ReportNotOpen { get; } = new(
        "report-not-open", "A report that is answered here has been decided already, or is none of this case.", RefusalKind.Conflict);

    public static Refusal AutomationDecided { get; } = new(
        "automation-decided", "People decide; no program does.", RefusalKind.Invalid);

    public static Refusal ActionTermInvalid { get; } = new(
        "action-term-invalid", "It begins within the last day and ends in the future, at most a year after its beginning.", RefusalKind.Invalid);

    public static Refusal ActionTargetInvalid { get; } = new(
        "action-target-invalid", "Name what the kind of action needs and nothing else: a capability, or one message or room version.", RefusalKind.Invalid);

    public static Refusal ActionTargetNotTheirs { get; } = new(
        "action-target-not-theirs", "The person whose case it is has no such message or room version.", RefusalKind.Invalid);

    public static Refusal BanAlreadyProposed { get; } = new(
        "ban-already-proposed", "A ban is proposed already, and waits for another moderator.", RefusalKind.Conflict);

    public static Refusal ProposalNotFound { get; } = new("proposal-not-found", "There is no such proposal, or it is decided.", RefusalKind.NotFound);

    public static Refusal SecondPersonNeeded { get; } = new(
        "second-person-needed", "This is for another moderator than the one who decided or proposed it.", RefusalKind.Forbidden);

    public static Refusal ActionNotFound { get; } = new("action-not-found", "There is no such action.", RefusalKind.NotFound);

    public static Refusal ActionReversed { get; } = new("action-reversed", "It was taken back already.", RefusalKind.Conflict);

    public static Refusal AppealMade { get; } = new("appeal-made", "An action can be appealed once, and this one was.", RefusalKind.Conflict);

    public static Refusal AppealTooLate { get; } = new(
        "appeal-too-late", "An action can be appealed for six months.", RefusalKind.Conflict);

    public static Refusal AppealNotFound { get; } = new("appeal-not-found", "There is no such appeal.", RefusalKind.NotFound);

    public static Refusal AppealDecided { get; } = new("appeal-decided", "This appeal was decided otherwise.", RefusalKind.Conflict);

    public static IReadOnlyList<Refusal> All { get; } =
    [
        UserNotFound, CaseNotFound, ConflictOfInterest, CaseNotClaimed, CaseClaimedByOther, WordsInvalid, ReportNotFound, ReportNotOpen, AutomationDecided,
        ActionTermInvalid, ActionTargetInvalid, ActionTargetNotTheirs, BanAlreadyProposed, ProposalNotFound, SecondPersonNeeded, ActionNotFound, ActionReversed,
        AppealMade, AppealTooLate, AppealNotFound, AppealDecided, StatementLacks(["facts"]),
    ];

    /// <param name="parts">By their names in the request.</param>
    public static Refusal StatementLacks(IEnumerable<string> parts) => new(
        "action-statement-incomplete",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The statement lacks: {string.Join(", ", parts)}. Texts have 1 to {SafetyPolicy.StatementPartCharactersMax} characters."),
        RefusalKind.Invalid);
}
