using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>
/// A decision about a person was recorded, or reversed: what it concerns is brought to what holds now of all decisions. It
/// touches nothing else, so that a reversal lifts nothing that it did not impose.
/// </summary>
/// <param name="Id">Whose key seals the reason.</param>
/// <param name="Concerned">What was decided or reversed.</param>
/// <param name="Standing">All that was decided and is not reversed, after this.</param>
/// <param name="At">When it was recorded.</param>
public sealed record EnforceActions(UserId Id, ModeratorAction Concerned, IReadOnlyList<ModeratorAction> Standing, DateTimeOffset At)
{
    /// <summary>Why stands in the record alone, where every reading of it by others is written down.</summary>
    public const string Reason = "A moderator decided this; the statement is in your record, where you can appeal.";

    public static Decision<UserEvent> Decide(User user, EnforceActions command)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        InForce holds = InForce.Of(command.Standing, command.At);
        var reason = new Sensitive<string>(command.Id.Value, Reason);
        return command.Concerned.Kind switch
        {
            ActionKind.Ban => Ban(user, holds, reason),
            ActionKind.Suspend => user.IsBanned ? Decision<UserEvent>.Nothing : Suspend(user, holds, reason), // it comes back when the ban is lifted
            ActionKind.Restrict => Restrict(user, command.Concerned.Capability!, holds, reason),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
    }

    private static Decision<UserEvent> Ban(User user, InForce holds, Sensitive<string> reason)
    {
        if (user.IsBanned == holds.IsBanned)
        {
            return Decision<UserEvent>.Nothing;
        }

        if (holds.IsBanned)
        {
            return new UserBanned(reason);
        }

        return holds.SuspendedUntil is { } until
            ? Decision<UserEvent>.Record(new UserUnbanned(), new UserSuspended(until, reason))
            : new UserUnbanned();
    }

    private static Decision<UserEvent> Suspend(User user, InForce holds, Sensitive<string> reason)
    {
        if (user.SuspendedUntil == holds.SuspendedUntil)
        {
            return Decision<UserEvent>.Nothing;
        }

        return holds.SuspendedUntil is { } until ? new UserSuspended(until.ToUniversalTime(), reason) : new UserUnsuspended();
    }

    private static Decision<UserEvent> Restrict(User user, string capability, InForce holds, Sensitive<string> reason)
    {
        if (!Capability.All.Contains(capability))
        {
            return IdentityRefusals.CapabilityUnknown;
        }

        bool isRestricted = user.Restricted.TryGetValue(capability, out DateTimeOffset? until);
        if (!holds.Restricted.TryGetValue(capability, out DateTimeOffset? wanted))
        {
            return isRestricted ? new PermissionRestored(capability) : Decision<UserEvent>.Nothing;
        }

        return isRestricted && until == wanted
            ? Decision<UserEvent>.Nothing
            : new PermissionRestricted(capability, reason, wanted?.ToUniversalTime());
    }
}
