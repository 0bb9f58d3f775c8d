using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>What one moderator decides about a person, with its statement. A ban it only proposes.</summary>
/// <param name="Capability">Taken away, where the kind is to restrict.</param>
/// <param name="Content">Taken down, where the kind is that.</param>
/// <param name="Reports">The open reports that this answers.</param>
public sealed record TakeAction(
    Guid ActionId, CaseActionKind Kind, ActionStatement Statement, AnswerReports Reports, string? Capability = null, TakenDownContent? Content = null)
{
    public static Decision<CaseEvent> Decide(Case state, TakeAction command, ConcernedPerson person, Moderator moderator, DateTimeOffset now)
    {
        if (!state.IsThere)
        {
            return SafetyRefusals.CaseNotFound;
        }

        if (Lease.Refuse(state, moderator, now) is { } lease)
        {
            return lease;
        }

        if (command.Statement.Refuse(
            needsEnd: command.Kind == CaseActionKind.Suspend,
            mayEnd: command.Kind is CaseActionKind.Mute or CaseActionKind.Restrict or CaseActionKind.Suspend,
            now) is { } incomplete)
        {
            return incomplete;
        }

        if (!command.NamesWhatItNeeds())
        {
            return SafetyRefusals.ActionTargetInvalid;
        }

        if (command.Kind == CaseActionKind.Ban)
        {
            return command.Propose(state, person, moderator);
        }

        return command.Reports.Refuse(state) is { } refusal
            ? refusal
            : Decision<CaseEvent>.Record([command.Fact(person, moderator), .. command.Reports.Resolve(state, command.ActionId)]);
    }

    private bool NamesWhatItNeeds() =>
        (Kind == CaseActionKind.Restrict ? Capability is not null && Identity.Events.Capability.All.Contains(Capability) : Capability is null)
        && (Kind == CaseActionKind.TakeDown ? Content?.IsNamed() == true : Content is null)
        && (Kind != CaseActionKind.Ban || Reports.Answers.Count == 0); // nothing is done yet, so nobody is told that it was

    /// <summary>It waits for another moderator, so this one leaves the case.</summary>
    private Decision<CaseEvent> Propose(Case state, ConcernedPerson person, Moderator moderator) => state.BanProposals.IsEmpty
        ? Decision<CaseEvent>.Record(
            new BanProposed(ActionId, person.Id, Statement.Basis(moderator, fromReport: !state.OpenReports.IsEmpty), Statement.For(person)),
            new CaseReleased(person.Id))
        : SafetyRefusals.BanAlreadyProposed;

    private CaseEvent Fact(ConcernedPerson person, Moderator moderator)
    {
        UserId user = person.Id;
        DateTimeOffset? until = Statement.Until?.ToUniversalTime();
        ActionBasis basis = Statement.Basis(moderator, fromReport: Reports.Answers.Count > 0);
        Sensitive<StatementOfReasons> statement = Statement.For(person);
        return Kind switch
        {
            CaseActionKind.Warn => new WarningIssued(ActionId, user, basis, statement),
            CaseActionKind.Mute => new RestrictionApplied(ActionId, user, RestrictionKind.Mute, until, basis, statement),
            CaseActionKind.Restrict => new CapabilityRestricted(ActionId, user, Capability!, basis, statement, until),
            CaseActionKind.Suspend => new SuspensionApplied(ActionId, user, until!.Value, basis, statement),
            CaseActionKind.TakeDown => new ContentTakenDown(ActionId, user, Content!, basis, statement),
            _ => throw new InvalidOperationException($"Nobody does a {Kind} alone."),
        };
    }
}

internal static class TakenDownContents
{
    public static bool IsNamed(this TakenDownContent content) => content switch
    {
        { Kind: TakenDownKind.Message, ConversationId: not null, MessageId: not null, RoomId: null, Version: null } => true,
        { Kind: TakenDownKind.RoomVersion, RoomId: not null, Version: > 0, ConversationId: null, MessageId: null } => true,
        _ => false,
    };
}
