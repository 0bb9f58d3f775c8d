using System.Globalization;
using System.Text.Json;
using Wya.Api.Access;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Safety;
using SafetyCase = Wya.Domain.Safety.Case;

namespace Wya.Api.Safety;

/// <summary>Puts a case together for a moderator from safety's own rows, and opens what is sealed in them.</summary>
internal sealed class CaseReading(SafetyLog safety, PeopleByHandle people, TimeProvider clock)
{
    /// <param name="row">Of the case that is in sight.</param>
    public async Task<CaseAnswer> Read(CaseInSight inSight, CaseRow row, CancellationToken ct)
    {
        Guid user = inSight.Person.Id.Value;
        DateTimeOffset now = clock.GetUtcNow();
        (SafetyCase state, _) = await safety.Store.Load(SafetyCase.Stream, row.CaseId, ct: ct).ConfigureAwait(false);
        Dictionary<Guid, string> reasons = (await ModerationActionsTable.Of(safety.Database, user, ct).ConfigureAwait(false))
            .ToDictionary(action => action.ActionId, action => action.Reason);
        (CasePriority Priority, DateTimeOffset DueAt, int? GroupSize)? place = await CaseQueue.Of(safety.Database, row.CaseId, ct).ConfigureAwait(false);
        return new CaseAnswer(
            row.CaseId,
            inSight.Person.Id,
            state.Level,
            CaseAnswer.MeaningOf(state.Level),
            row.OpenedAt,
            await Reports(row.CaseId, ct).ConfigureAwait(false),
            await Signals(user, row.CaseId, ct).ConfigureAwait(false),
            await Actions(user, row.CaseId, reasons, ct).ConfigureAwait(false),
            await Proposals(state, inSight, row.CaseId, reasons, ct).ConfigureAwait(false),
            await Appeals(row.CaseId, ct).ConfigureAwait(false),
            state.Holds.Values.Any(hold => hold.IsPlaced && now < hold.Until),
            await people.HandleOf(inSight.Person.Id, ct).ConfigureAwait(false),
            row.RiskScore,
            row.RiskParts is null ? null : JsonSerializer.Deserialize<RiskParts>(row.RiskParts, EventJson.Options),
            place?.Priority,
            place?.DueAt,
            row.Escalated,
            state.ClaimantAt(now) is { } claimant ? new CaseAnswer.Claim(claimant == inSight.Moderator.Ref, claimant, state.ClaimedUntil!.Value) : null,
            place?.GroupSize is { } size ? new CaseAnswer.ReportGroup(size) : null);
    }

    /// <summary>By the order in which they first reported in this case.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> ReporterLabels(Guid caseId, CancellationToken ct) =>
        (await ReportsTable.Reporters(safety.Database, caseId, ct).ConfigureAwait(false))
            .Select((reporter, i) => (reporter, i))
            .ToDictionary(one => one.reporter, one => string.Create(CultureInfo.InvariantCulture, $"reporter {one.i + 1}"));

    private async Task<CaseAnswer.Report[]> Reports(Guid caseId, CancellationToken ct)
    {
        IReadOnlyDictionary<Guid, string> labels = await ReporterLabels(caseId, ct).ConfigureAwait(false);
        return
        [
            .. (await ReportsTable.Open(safety.Database, caseId, ct).ConfigureAwait(false)).Select(report => new CaseAnswer.Report(
                report.ReportId,
                labels[report.ReporterRef],
                EnumText.Read<Category>(report.Category),
                report.Priority,
                EnumText.Read<ReportSubjectKind>(report.SubjectKind),
                report.SubmittedAt,
                report.DueAt,
                report.SameAs)),
        ];
    }

    private async Task<List<CaseAnswer.Signal>> Signals(Guid user, Guid caseId, CancellationToken ct)
    {
        List<CaseAnswer.Signal> signals = [];
        foreach (KnownSignal known in RiskProfilesTable.Known((await RiskProfilesTable.Of(safety.Database, user, ct).ConfigureAwait(false))?.Signals ?? "[]"))
        {
            string? detail = await SealedWords.Open<string>(safety.Database, known.Detail, caseId, ct).ConfigureAwait(false);
            signals.Add(new CaseAnswer.Signal(known.Kind, known.Count, known.LastAt, known.Source, detail));
        }

        return signals;
    }

    private async Task<List<CaseAnswer.Action>> Actions(Guid user, Guid caseId, Dictionary<Guid, string> reasons, CancellationToken ct)
    {
        List<CaseAnswer.Action> actions = [];
        foreach (DecisionRow row in await DecisionsTable.About(safety.Database, user, ct).ConfigureAwait(false))
        {
            actions.Add(new CaseAnswer.Action(
                row.ActionId,
                row.Kind,
                EnumText.Read<Category>(row.Category),
                EnumText.Read<GroundKind>(row.Ground),
                row.Since,
                row.DecidedAt,
                row.FromReport,
                row.AutomationDetected,
                row.Until,
                row.DecidedBy is { } by ? SafetyKey.OfModerator(safety.Database, new UserId(by)) : null,
                await SealedWords.Open<StatementOfReasons>(safety.Database, reasons.GetValueOrDefault(row.ActionId), caseId, ct).ConfigureAwait(false),
                row.ReversedAt,
                row.AppealOutcome is { } outcome ? EnumText.Read<AppealOutcome>(outcome) : null));
        }

        return actions;
    }

    private async Task<List<CaseAnswer.Proposal>> Proposals(
        SafetyCase state, CaseInSight inSight, Guid caseId, Dictionary<Guid, string> reasons, CancellationToken ct)
    {
        List<CaseAnswer.Proposal> proposals = [];
        foreach (BanProposal proposal in state.BanProposals.Values)
        {
            proposals.Add(new CaseAnswer.Proposal(
                proposal.ProposalId,
                proposal.Basis.By,
                proposal.Basis.By == inSight.Moderator.Ref,
                proposal.Basis.Category,
                proposal.Basis.Since,
                await SealedWords.Open<StatementOfReasons>(safety.Database, reasons.GetValueOrDefault(proposal.ProposalId), caseId, ct).ConfigureAwait(false)));
        }

        return proposals;
    }

    private async Task<List<CaseAnswer.Appeal>> Appeals(Guid caseId, CancellationToken ct)
    {
        List<CaseAnswer.Appeal> appeals = [];
        foreach (AppealRow row in await AppealsTable.OfCase(safety.Database, caseId, ct).ConfigureAwait(false))
        {
            appeals.Add(new CaseAnswer.Appeal(
                row.AppealId,
                row.ActionId,
                row.SubmittedAt,
                row.DueAt,
                await SealedWords.Open<string>(safety.Database, row.Words, caseId, ct).ConfigureAwait(false),
                row.Outcome is { } outcome ? EnumText.Read<AppealOutcome>(outcome) : null,
                row.ResolvedAt,
                await SealedWords.Open<string>(safety.Database, row.Explanation, caseId, ct).ConfigureAwait(false)));
        }

        return appeals;
    }
}
