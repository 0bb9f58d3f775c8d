using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>Takes a capability away, whatever gives it: the age layer, a grant, trust, or a context.</summary>
/// <param name="Id">Whose key seals the reason.</param>
/// <param name="Capability">One of <see cref="Events.Capability"/>; it need not be held now.</param>
/// <param name="Reason">Shown to the person concerned.</param>
/// <param name="Until">Must lie in the future; null until it is restored. Another end than the present one replaces it.</param>
public sealed record RestrictPermission(UserId Id, string Capability, string Reason, DateTimeOffset? Until = null)
{
    public static Decision<UserEvent> Decide(User user, RestrictPermission command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        // Before the rules, so that a command that was recorded succeeds again even after the restriction has ended.
        if (user.Restricted.TryGetValue(command.Capability, out DateTimeOffset? until) && until == command.Until)
        {
            return Decision<UserEvent>.Nothing;
        }

        if (!Events.Capability.All.Contains(command.Capability))
        {
            return IdentityRefusals.CapabilityUnknown;
        }

        string reason = command.Reason.Trim();
        if (reason.Length is 0 or > IdentityRefusals.ReasonLengthMax)
        {
            return IdentityRefusals.ReasonInvalid;
        }

        if (command.Until <= now)
        {
            return IdentityRefusals.RestrictionEndPassed;
        }

        return new PermissionRestricted(
            command.Capability, new Sensitive<string>(command.Id.Value, reason), command.Until?.ToUniversalTime());
    }
}
