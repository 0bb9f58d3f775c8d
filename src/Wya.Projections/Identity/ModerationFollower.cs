using Npgsql;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>
/// Makes what moderators decide about people hold in identity, and ends it when it is reversed. Who decided, and why, stays in
/// safety: here the system acts, and says where the statement is.
/// </summary>
public sealed class ModerationFollower(IEventStore identity)
{
    public const string Name = "IdentityModeration";

    public Effect? Handle(RecordedEvent recorded) => recorded.Data switch
    {
        CapabilityRestricted restricted => (transaction, ct) => Impose(
            restricted.UserId, new ModeratorAction(restricted.ActionId, ActionKind.Restrict, restricted.Capability, restricted.Until), recorded, transaction, ct),
        SuspensionApplied suspended => (transaction, ct) => Impose(
            suspended.UserId, new ModeratorAction(suspended.ActionId, ActionKind.Suspend, Until: suspended.Until), recorded, transaction, ct),
        BanApplied banned => (transaction, ct) => Impose(banned.UserId, new ModeratorAction(banned.ActionId, ActionKind.Ban), recorded, transaction, ct),
        ActionReversed reversed => (transaction, ct) => Lift(reversed.RestrictionId, recorded, transaction, ct),
        _ => null,
    };

    private async Task Impose(UserId user, ModeratorAction action, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await SafetyActions.Remember(
            transaction,
            new SafetyAction(action.ActionId, user, $"{action.Kind}".ToLowerInvariant(), Part: action.Capability, Until: action.Until),
            ct).ConfigureAwait(false);
        await Enforce(user, action, recorded, transaction, ct).ConfigureAwait(false);
    }

    private async Task Lift(Guid action, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (await SafetyActions.Forget(transaction, action, ct).ConfigureAwait(false) is { } lifted)
        {
            await Enforce(lifted.UserId, Of(lifted), recorded, transaction, ct).ConfigureAwait(false);
        }
    }

    private async Task Enforce(UserId user, ModeratorAction concerned, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        ModeratorAction[] standing = [.. (await SafetyActions.Of(transaction, user, ct).ConfigureAwait(false)).Select(Of)];
        var command = new EnforceActions(user, concerned, standing, recorded.Time);
        Transacted<User> sent = await identity.Answer(
            User.Stream,
            user.Value,
            EventIds.ForCommand("system", "moderation", recorded.Id.ToString("n")),
            state => EnforceActions.Decide(state, command),
            ct,
            cause: recorded).ConfigureAwait(false);
        if (sent.Refusal is { } refusal && refusal != IdentityRefusals.UserNotFound) // erased meanwhile: there is nothing to take from them
        {
            throw new InvalidOperationException($"A decision cannot be enforced: {refusal.Code}.");
        }
    }

    private static ModeratorAction Of(SafetyAction action) =>
        new(action.ActionId, Enum.Parse<ActionKind>(action.Kind, ignoreCase: true), action.Part, action.Until);
}
