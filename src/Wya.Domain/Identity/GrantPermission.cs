using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Capability">One of <see cref="Events.Capability"/>.</param>
public sealed record GrantPermission(string Capability)
{
    public static Decision<UserEvent> Decide(User user, GrantPermission command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        if (user.Granted.Contains(command.Capability))
        {
            return Decision<UserEvent>.Nothing;
        }

        if (!Events.Capability.All.Contains(command.Capability))
        {
            return IdentityRefusals.CapabilityUnknown;
        }

        if (!LayerPolicy.For(user.AgeLayer).MayHold(command.Capability))
        {
            return IdentityRefusals.CapabilityNotForAgeLayer;
        }

        return new PermissionGranted(command.Capability);
    }
}
