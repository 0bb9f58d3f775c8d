using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Id">Whose key seals the reason.</param>
/// <param name="Capability">What was granted before. What the age layer gives is no grant, and stays.</param>
/// <param name="Reason">Shown to the person concerned.</param>
public sealed record RevokePermission(UserId Id, string Capability, string? Reason = null)
{
    public static Decision<UserEvent> Decide(User user, RevokePermission command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        if (!user.Granted.Contains(command.Capability))
        {
            return Events.Capability.All.Contains(command.Capability) ? Decision<UserEvent>.Nothing : IdentityRefusals.CapabilityUnknown;
        }

        string? reason = command.Reason?.Trim();
        if (reason?.Length is 0 or > IdentityRefusals.ReasonLengthMax)
        {
            return IdentityRefusals.ReasonInvalid;
        }

        return new PermissionRevoked(command.Capability, reason is null ? null : new Sensitive<string>(command.Id.Value, reason));
    }
}
