using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>Lifts a restriction. What gave the capability before gives it again, if it still does.</summary>
/// <param name="Id">Whose restriction it is.</param>
/// <param name="Capability">What was restricted.</param>
/// <param name="By">Who lifts it; null for the system.</param>
public sealed record RestorePermission(UserId Id, string Capability, UserId? By = null)
{
    public static Decision<UserEvent> Decide(User user, RestorePermission command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        if (!user.Restricted.ContainsKey(command.Capability))
        {
            return Events.Capability.All.Contains(command.Capability) ? Decision<UserEvent>.Nothing : IdentityRefusals.CapabilityUnknown;
        }

        // Suspended and banned people hold nothing to lift it with; a restricted moderator still moderates.
        if (command.By == command.Id)
        {
            return IdentityRefusals.OwnRestriction;
        }

        return new PermissionRestored(command.Capability);
    }
}
