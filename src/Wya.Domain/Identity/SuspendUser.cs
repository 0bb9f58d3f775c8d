using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Id">Whose key seals the reason.</param>
/// <param name="Until">Must lie in the future; another end than the present one replaces it.</param>
/// <param name="Reason">Shown to the person concerned.</param>
public sealed record SuspendUser(UserId Id, DateTimeOffset Until, string Reason)
{
    public static Decision<UserEvent> Decide(User user, SuspendUser command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        // Before the rules, so that a command that was recorded succeeds again even after the suspension has ended.
        if (user.SuspendedUntil == command.Until)
        {
            return Decision<UserEvent>.Nothing;
        }

        if (user.IsBanned)
        {
            return IdentityRefusals.UserBanned;
        }

        string reason = command.Reason.Trim();
        if (reason.Length is 0 or > IdentityRefusals.ReasonLengthMax)
        {
            return IdentityRefusals.ReasonInvalid;
        }

        if (command.Until <= now)
        {
            return IdentityRefusals.SuspensionEndPassed;
        }

        return new UserSuspended(command.Until.ToUniversalTime(), new Sensitive<string>(command.Id.Value, reason));
    }
}
