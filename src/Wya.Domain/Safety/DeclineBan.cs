using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>By another moderator; or by who proposed it, who thought again.</summary>
public sealed record DeclineBan(Guid ProposalId, string Reason)
{
    public static Decision<CaseEvent> Decide(Case state, DeclineBan command, ConcernedPerson person, Moderator moderator, DateTimeOffset now) =>
        Lease.Refuse(state, moderator, now) is { } lease ? lease
        : !state.BanProposals.ContainsKey(command.ProposalId) ? SafetyRefusals.ProposalNotFound
        : !Words.AreValid(command.Reason) ? SafetyRefusals.WordsInvalid
        : new BanDeclined(command.ProposalId, person.Id, person.Seal(command.Reason));
}
