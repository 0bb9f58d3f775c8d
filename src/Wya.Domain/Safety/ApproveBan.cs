using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>The second of two people who ban somebody.</summary>
/// <param name="Statement">As it was proposed.</param>
/// <param name="Reports">The open reports that this answers.</param>
public sealed record ApproveBan(Guid ProposalId, Guid ActionId, StatementOfReasons Statement, AnswerReports Reports)
{
    public static Decision<CaseEvent> Decide(Case state, ApproveBan command, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        if (Lease.Refuse(state, moderator, now) is { } lease)
        {
            return lease;
        }

        if (!state.BanProposals.TryGetValue(command.ProposalId, out BanProposal? proposal))
        {
            return SafetyRefusals.ProposalNotFound;
        }

        if (proposal.Basis.By == moderator.Ref)
        {
            return SafetyRefusals.SecondPersonNeeded;
        }

        if (command.Reports.Refuse(state) is { } refusal)
        {
            return refusal;
        }

        ActionBasis basis = proposal.Basis with { Since = now, By = moderator.Ref };
        var ban = new BanApplied(command.ActionId, person.Id, command.ProposalId, basis, person.Seal(command.Statement));
        return Decision<CaseEvent>.Record([ban, .. command.Reports.Resolve(state, command.ActionId)]);
    }
}
