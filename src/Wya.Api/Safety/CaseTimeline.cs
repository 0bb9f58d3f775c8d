using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Api.Safety;

/// <summary>
/// What the events of a case tell a moderator who reads its course. Who reported, and what was reported, are views of their
/// own, and stand nowhere here.
/// </summary>
internal static class CaseTimeline
{
    private static readonly StatementOfReasons ErasedStatement = new("", "", "", "");

    /// <summary>Null when the event's name says it all.</summary>
    public static object? DetailOf(CaseEvent fact) => fact switch
    {
        SignalRecorded one => new { one.Kind, one.Source, one.At, one.Weight, Detail = Text(one.Detail) },
        ReportSubmitted one => new { one.ReportId, one.Category, one.Priority, one.SubjectKind, one.SameAs },
        ReportResolved one => new { one.ReportId, one.Outcome, Explanation = Text(one.Explanation), one.ActionId },
        ReportsUngrouped one => new { one.WereDismissed },
        RiskAssessed one => new { one.From, one.To, one.Score, one.Parts },
        SoftIntervention one => new { one.InterventionId, one.Kind },
        InterventionDismissed one => new { one.InterventionId },
        CaseClaimed one => new { one.Until },
        NoteAdded one => new { one.NoteId, Text = Text(one.Text) },
        CaseEscalated one => new { one.Priority, Reason = Text(one.Reason) },
        CaseCleared one => new { Reason = Text(one.Reason) },
        WarningIssued one => new { one.ActionId, one.Basis, Statement = Statement(one.Statement) },
        RestrictionApplied one => new { ActionId = one.RestrictionId, one.Kind, one.Until, one.Basis, Statement = Statement(one.Statement) },
        CapabilityRestricted one => new { one.ActionId, one.Capability, one.Until, one.Basis, Statement = Statement(one.Statement) },
        SuspensionApplied one => new { one.ActionId, one.Until, one.Basis, Statement = Statement(one.Statement) },
        BanProposed one => new { one.ProposalId, one.Basis, Statement = Statement(one.Statement) },
        BanDeclined one => new { one.ProposalId, Reason = Text(one.Reason) },
        BanApplied one => new { one.ActionId, one.ProposalId, one.Basis, Statement = Statement(one.Statement) },
        ContentTakenDown one => new { one.ActionId, one.Content, one.Basis, Statement = Statement(one.Statement) },
        ActionReversed one => new { ActionId = one.RestrictionId, Reason = Text(one.Reason), one.AppealId },
        AppealSubmitted one => new { one.AppealId, one.ActionId, Words = Text(one.Words) },
        AppealResolved one => new { one.AppealId, one.ActionId, one.Outcome, Explanation = Text(one.Explanation) },
        HoldProposed one => new { one.HoldId, one.Class, one.Until },
        HoldPlaced one => new { one.HoldId, one.Until },
        HoldEnded one => new { one.HoldId },
        ReportsGrouped or CaseReleased => null,
        _ => throw new InvalidOperationException($"The course of a case does not know {fact.GetType().Name}."),
    };

    private static string? Text(Sensitive<string>? words) => words is null or { IsErased: true } ? null : words.ValueOr("");

    private static StatementOfReasons? Statement(Sensitive<StatementOfReasons>? statement) =>
        statement is null or { IsErased: true } ? null : statement.ValueOr(ErasedStatement);
}
