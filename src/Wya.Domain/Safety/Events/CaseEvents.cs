using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field, and a field may become sealed (then its version rises); anything else is a new
// event. docs/reference/events.md says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>
/// What can happen in the moderation of one person. One stream a case. What is sealed is sealed under safety keys: of the
/// person concerned, unless it says the reporter's. Whoever acted is named by their pseudonym in what a decision or the person concerned may see
/// (<c>By</c>, <c>ReporterRef</c>), and a moderator by their id in the event's metadata; a reporter is not.
/// </summary>
public abstract record CaseEvent
{
    private protected CaseEvent() { }
}

/// <summary>Something was noticed. It restricts nobody.</summary>
/// <param name="Source">The domain that it was noticed in, or <c>scanner</c>.</param>
/// <param name="At">When it happened there.</param>
/// <param name="Weight">0 to 1, before it decays.</param>
/// <param name="Detail">For who decides: which rule, how many. No words of anybody.</param>
[EventType("safety.signal_recorded")]
public sealed record SignalRecorded(
    UserId UserId, SignalKind Kind, string Source, DateTimeOffset At, double Weight, Sensitive<string>? Detail = null) : CaseEvent;

/// <param name="ReportId">The receipt that the reporter was given.</param>
/// <param name="ReporterRef">The reporter's pseudonym.</param>
/// <param name="SubjectKind">What was reported.</param>
/// <param name="SubjectRef">Which one, as a keyed digest: equal for equal subjects.</param>
/// <param name="By">Who reported, and in what words; sealed under the reporter's safety key.</param>
/// <param name="Evidence">What it looked like at that moment.</param>
/// <param name="SameAs">An earlier report of the same subject, whose evidence stands for this one too.</param>
[EventType("safety.report_submitted")]
public sealed record ReportSubmitted(
    Guid ReportId,
    UserId UserId,
    Category Category,
    CasePriority Priority,
    Guid ReporterRef,
    ReportSubjectKind SubjectKind,
    Guid SubjectRef,
    Sensitive<ReporterStatement> By,
    Sensitive<Evidence>? Evidence = null,
    Guid? SameAs = null) : CaseEvent;

/// <param name="Reporter">Sealed under the reporter's safety key, for what follows from a report that was false, or right.</param>
/// <param name="Explanation">To the reporter; sealed under the reporter's safety key.</param>
/// <param name="ActionId">What was done about it.</param>
[EventType("safety.report_resolved")]
public sealed record ReportResolved(
    Guid ReportId,
    ReportOutcome Outcome,
    Guid ReporterRef,
    Sensitive<Guid> Reporter,
    Sensitive<string>? Explanation = null,
    Guid? ActionId = null) : CaseEvent;

/// <summary>The person concerned has reported so many that their reports wait together, as one matter of their own case.</summary>
[EventType("safety.reports_grouped")]
public sealed record ReportsGrouped(UserId UserId, Guid ReporterRef) : CaseEvent;

/// <summary>Somebody has looked: the reports stand on their own again, or were dismissed together.</summary>
[EventType("safety.reports_ungrouped")]
public sealed record ReportsUngrouped(UserId UserId, Guid ReporterRef, bool WereDismissed) : CaseEvent;

/// <summary>Levels climb one at a time, and by themselves restrict nobody.</summary>
/// <param name="At">As of when; a level climbs once a day at most.</param>
[EventType("safety.risk_assessed")]
public sealed record RiskAssessed(
    UserId UserId, RiskLevel From, RiskLevel To, double Score, RiskParts Parts, DateTimeOffset? At = null) : CaseEvent;

/// <summary>A kind word, shown to the person and to nobody else.</summary>
/// <param name="At">As of when; one a day at most.</param>
[EventType("safety.soft_intervention")]
public sealed record SoftIntervention(Guid InterventionId, UserId UserId, InterventionKind Kind, DateTimeOffset? At = null) : CaseEvent;

[EventType("safety.intervention_dismissed")]
public sealed record InterventionDismissed(Guid InterventionId, UserId UserId) : CaseEvent;

/// <param name="By">The pseudonym of the moderator whose case it is.</param>
/// <param name="Until">It is theirs alone until then.</param>
[EventType("safety.case_claimed")]
public sealed record CaseClaimed(UserId UserId, Guid By, DateTimeOffset Until) : CaseEvent;

[EventType("safety.case_released")]
public sealed record CaseReleased(UserId UserId) : CaseEvent;

/// <summary>For moderators; the person concerned reads it never.</summary>
[EventType("safety.note_added")]
public sealed record NoteAdded(Guid NoteId, UserId UserId, Sensitive<string> Text) : CaseEvent;

[EventType("safety.case_escalated")]
public sealed record CaseEscalated(UserId UserId, CasePriority Priority, Sensitive<string> Reason) : CaseEvent;

/// <summary>What was open is closed, and nothing is done about it.</summary>
[EventType("safety.cleared")]
public sealed record CaseCleared(UserId UserId, Sensitive<string> Reason) : CaseEvent;

[EventType("safety.warning_issued")]
public sealed record WarningIssued(Guid ActionId, UserId UserId, ActionBasis Basis, Sensitive<StatementOfReasons> Statement) : CaseEvent;

/// <param name="RestrictionId">The action's id: names it in its reversal.</param>
/// <param name="UserId">Whom it restricts.</param>
/// <param name="Until">It ends by itself then; null when it stays until it is reversed.</param>
/// <param name="Basis">Missing in what was written before version 2.</param>
/// <param name="Statement">Likewise.</param>
[EventType("safety.restriction_applied", Version = 2)]
public sealed record RestrictionApplied(
    Guid RestrictionId,
    UserId UserId,
    RestrictionKind Kind,
    DateTimeOffset? Until = null,
    ActionBasis? Basis = null,
    Sensitive<StatementOfReasons>? Statement = null) : CaseEvent;

/// <param name="Capability">Taken away whatever gives it.</param>
/// <param name="Until">It ends by itself then; null when it stays until it is reversed.</param>
[EventType("safety.capability_restricted")]
public sealed record CapabilityRestricted(
    Guid ActionId, UserId UserId, string Capability, ActionBasis Basis, Sensitive<StatementOfReasons> Statement, DateTimeOffset? Until = null) : CaseEvent;

/// <summary>They may do nothing for a time but read why, take what is theirs, and go.</summary>
[EventType("safety.suspension_applied")]
public sealed record SuspensionApplied(
    Guid ActionId, UserId UserId, DateTimeOffset Until, ActionBasis Basis, Sensitive<StatementOfReasons> Statement) : CaseEvent;

/// <summary>One moderator's wish. It does nothing until another has agreed.</summary>
[EventType("safety.ban_proposed")]
public sealed record BanProposed(Guid ProposalId, UserId UserId, ActionBasis Basis, Sensitive<StatementOfReasons> Statement) : CaseEvent;

[EventType("safety.ban_declined")]
public sealed record BanDeclined(Guid ProposalId, UserId UserId, Sensitive<string> Reason) : CaseEvent;

/// <summary>By another moderator than the one who proposed it.</summary>
[EventType("safety.ban_applied")]
public sealed record BanApplied(
    Guid ActionId, UserId UserId, Guid ProposalId, ActionBasis Basis, Sensitive<StatementOfReasons> Statement) : CaseEvent;

[EventType("safety.content_taken_down")]
public sealed record ContentTakenDown(
    Guid ActionId, UserId UserId, TakenDownContent Content, ActionBasis Basis, Sensitive<StatementOfReasons> Statement) : CaseEvent;

/// <param name="RestrictionId">The action that is taken back, with all its effects, whatever its kind.</param>
/// <param name="Reason">Missing in what was written before version 2.</param>
/// <param name="AppealId">The appeal that led to it, if one did.</param>
/// <param name="UserId">Whom it concerned; missing in what was written before version 2.</param>
[EventType("safety.action_reversed", Version = 2)]
public sealed record ActionReversed(
    Guid RestrictionId, Sensitive<string>? Reason = null, Guid? AppealId = null, Guid? UserId = null) : CaseEvent;

/// <param name="Words">Of the person concerned.</param>
[EventType("safety.appeal_submitted")]
public sealed record AppealSubmitted(Guid AppealId, Guid ActionId, UserId UserId, Sensitive<string> Words) : CaseEvent;

/// <summary>By another moderator than the one who acted. When it is overturned, the reversal is recorded with it.</summary>
[EventType("safety.appeal_resolved")]
public sealed record AppealResolved(
    Guid AppealId, Guid ActionId, UserId UserId, AppealOutcome Outcome, Sensitive<string> Explanation) : CaseEvent;

/// <summary>What safety holds of the person must outlive their erasure, says one; another must agree.</summary>
[EventType("safety.hold_proposed")]
public sealed record HoldProposed(
    Guid HoldId, UserId UserId, Guid By, HoldClass Class, DateTimeOffset Until, Sensitive<string> Ground) : CaseEvent;

[EventType("safety.hold_placed")]
public sealed record HoldPlaced(Guid HoldId, UserId UserId, DateTimeOffset Until) : CaseEvent;

[EventType("safety.hold_ended")]
public sealed record HoldEnded(Guid HoldId, UserId UserId) : CaseEvent;

/// <summary>Who looked at what moderators may look at. One stream a viewer, beside the cases.</summary>
public abstract record SafetyAccessEvent
{
    private protected SafetyAccessEvent() { }
}

/// <param name="CaseId">Missing where no single case was looked at.</param>
[EventType("safety.record_viewed")]
public sealed record RecordViewed(ViewKind What, ViewPurpose Purpose, Guid? CaseId = null) : SafetyAccessEvent;
