using System.Collections.Immutable;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

public enum CaseActionKind
{
    Warn,
    Mute,
    Restrict,
    Suspend,
    Ban,
    TakeDown,
}

/// <param name="By">The pseudonym of who decided; of a ban, who agreed to it.</param>
/// <param name="Until">Null when it has no end.</param>
/// <param name="Appeal">Open or decided; one an action, for ever.</param>
public sealed record CaseAction(
    Guid ActionId, CaseActionKind Kind, DateTimeOffset Since, DateTimeOffset? Until, Guid By, bool IsReversed = false, CaseAppeal? Appeal = null)
{
    /// <summary>Who proposed a ban.</summary>
    public Guid? ProposedBy { get; init; }
}

public sealed record CaseAppeal(Guid AppealId, AppealOutcome? Outcome = null);

public sealed record OpenReport(Guid ReportId, Category Category, CasePriority Priority, Guid ReporterRef, Guid SubjectRef, Guid? SameAs);

public sealed record BanProposal(Guid ProposalId, ActionBasis Basis);

public sealed record LegalHold(Guid HoldId, Guid ProposedBy, DateTimeOffset Until, bool IsPlaced);

/// <param name="Value">0 to 1 as it stood at that time; it decays from then on.</param>
public sealed record SignalWeight(double Value, DateTimeOffset At);

/// <summary>What decisions about one person's case need to know.</summary>
/// <param name="User">Null until anything has happened.</param>
/// <param name="OpenReports">By id; at most <see cref="SafetyPolicy.OpenReportsMax"/>.</param>
/// <param name="Actions">The latest <see cref="SafetyPolicy.ActionsKeptMax"/>, oldest first.</param>
/// <param name="Signals">One a kind, whatever their number.</param>
/// <param name="GroupedAs">Their own reports wait together under this pseudonym.</param>
public sealed record Case(
    UserId? User,
    RiskLevel Level,
    ImmutableSortedDictionary<SignalKind, SignalWeight> Signals,
    ImmutableDictionary<Guid, OpenReport> OpenReports,
    ImmutableList<CaseAction> Actions,
    ImmutableDictionary<Guid, BanProposal> BanProposals,
    ImmutableDictionary<Guid, LegalHold> Holds,
    ImmutableHashSet<Guid> OpenInterventions,
    CasePriority? Escalated,
    Guid? ClaimedBy,
    DateTimeOffset? ClaimedUntil,
    Guid? GroupedAs)
{
    public static Case Empty { get; } = new(
        null,
        RiskLevel.Monitor,
        ImmutableSortedDictionary<SignalKind, SignalWeight>.Empty,
        ImmutableDictionary<Guid, OpenReport>.Empty,
        [],
        ImmutableDictionary<Guid, BanProposal>.Empty,
        ImmutableDictionary<Guid, LegalHold>.Empty,
        [],
        null,
        null,
        null,
        null);

    public static StreamType<Case, CaseEvent> Stream { get; } = new("case", Empty, Evolve);

    public bool IsThere => User is not null;

    /// <summary>When the level climbed last.</summary>
    public DateTimeOffset? RoseAt { get; init; }

    /// <summary>When a kind word was shown last.</summary>
    public DateTimeOffset? ShownAt { get; init; }

    /// <summary>Of <see cref="OpenInterventions"/>; none is shown while one of its kind is open.</summary>
    public ImmutableDictionary<Guid, InterventionKind> OpenKinds { get; init; } = ImmutableDictionary<Guid, InterventionKind>.Empty;

    /// <summary>The moderator whose case it is at this moment, by pseudonym.</summary>
    public Guid? ClaimantAt(DateTimeOffset now) => now < ClaimedUntil ? ClaimedBy : null;

    public CaseAction? Action(Guid actionId) => Actions.Find(action => action.ActionId == actionId);

    public static Case Evolve(Case state, CaseEvent fact) => fact switch
    {
        SignalRecorded signal => state with
        {
            User = signal.UserId,
            Signals = state.Signals.SetItem(signal.Kind, RiskRules.Add(state.Signals.GetValueOrDefault(signal.Kind), signal.Weight, signal.At)),
        },
        ReportSubmitted report => state with
        {
            User = report.UserId,
            OpenReports = state.OpenReports.SetItem(
                report.ReportId,
                new OpenReport(report.ReportId, report.Category, report.Priority, report.ReporterRef, report.SubjectRef, report.SameAs)),
        },
        ReportResolved resolved => state with { OpenReports = state.OpenReports.Remove(resolved.ReportId) },
        ReportsGrouped grouped => state with { User = grouped.UserId, GroupedAs = grouped.ReporterRef },
        ReportsUngrouped => state with { GroupedAs = null },
        RiskAssessed assessed => state with
        {
            User = assessed.UserId,
            Level = assessed.To,
            RoseAt = assessed.To > assessed.From ? assessed.At ?? state.RoseAt : state.RoseAt,
        },
        SoftIntervention shown => state with
        {
            OpenInterventions = state.OpenInterventions.Add(shown.InterventionId),
            OpenKinds = state.OpenKinds.SetItem(shown.InterventionId, shown.Kind),
            ShownAt = shown.At ?? state.ShownAt,
        },
        InterventionDismissed dismissed => state with
        {
            OpenInterventions = state.OpenInterventions.Remove(dismissed.InterventionId),
            OpenKinds = state.OpenKinds.Remove(dismissed.InterventionId),
        },
        CaseClaimed claimed => state with { User = claimed.UserId, ClaimedBy = claimed.By, ClaimedUntil = claimed.Until },
        CaseReleased => state with { ClaimedBy = null, ClaimedUntil = null },
        NoteAdded note => state with { User = note.UserId },
        CaseEscalated escalated => state with { User = escalated.UserId, Escalated = escalated.Priority },
        CaseCleared => state with { Escalated = null, BanProposals = state.BanProposals.Clear() },
        WarningIssued warned => state.With(
            warned.UserId, new CaseAction(warned.ActionId, CaseActionKind.Warn, warned.Basis.Since, null, warned.Basis.By)),
        RestrictionApplied applied => state.With(
            applied.UserId,
            new CaseAction(
                applied.RestrictionId,
                CaseActionKind.Mute,
                applied.Basis?.Since ?? DateTimeOffset.UnixEpoch,
                applied.Until,
                applied.Basis?.By ?? Guid.Empty)),
        CapabilityRestricted taken => state.With(
            taken.UserId, new CaseAction(taken.ActionId, CaseActionKind.Restrict, taken.Basis.Since, taken.Until, taken.Basis.By)),
        SuspensionApplied suspended => state.With(
            suspended.UserId,
            new CaseAction(suspended.ActionId, CaseActionKind.Suspend, suspended.Basis.Since, suspended.Until, suspended.Basis.By)),
        BanProposed proposed => state with
        {
            User = proposed.UserId,
            BanProposals = state.BanProposals.SetItem(proposed.ProposalId, new BanProposal(proposed.ProposalId, proposed.Basis)),
        },
        BanDeclined declined => state with { BanProposals = state.BanProposals.Remove(declined.ProposalId) },
        BanApplied banned => (state with { BanProposals = state.BanProposals.Remove(banned.ProposalId) }).With(
            banned.UserId,
            new CaseAction(banned.ActionId, CaseActionKind.Ban, banned.Basis.Since, null, banned.Basis.By)
            {
                ProposedBy = state.BanProposals.GetValueOrDefault(banned.ProposalId)?.Basis.By,
            }),
        ContentTakenDown taken => state.With(
            taken.UserId, new CaseAction(taken.ActionId, CaseActionKind.TakeDown, taken.Basis.Since, null, taken.Basis.By)),
        ActionReversed reversed => state.Change(reversed.RestrictionId, action => action with { IsReversed = true }),
        AppealSubmitted appeal => state.Change(appeal.ActionId, action => action with { Appeal = new CaseAppeal(appeal.AppealId) }),
        AppealResolved decided => state.Change(
            decided.ActionId, action => action with { Appeal = new CaseAppeal(decided.AppealId, decided.Outcome) }),
        HoldProposed hold => state with
        {
            User = hold.UserId,
            Holds = state.Holds.SetItem(hold.HoldId, new LegalHold(hold.HoldId, hold.By, hold.Until, IsPlaced: false)),
        },
        HoldPlaced placed when state.Holds.TryGetValue(placed.HoldId, out LegalHold? hold) => state with
        {
            Holds = state.Holds.SetItem(placed.HoldId, hold with { Until = placed.Until, IsPlaced = true }),
        },
        HoldPlaced => state,
        HoldEnded ended => state with { Holds = state.Holds.Remove(ended.HoldId) },
        _ => throw new InvalidOperationException($"A case does not know {fact.GetType().Name}."),
    };

    private Case With(UserId user, CaseAction action) => this with
    {
        User = user,
        Actions = (Actions.Count < SafetyPolicy.ActionsKeptMax ? Actions : Actions.RemoveAt(0)).Add(action),
        Escalated = null,
    };

    private Case Change(Guid actionId, Func<CaseAction, CaseAction> change) =>
        Action(actionId) is { } action ? this with { Actions = Actions.Replace(action, change(action)) } : this;
}
