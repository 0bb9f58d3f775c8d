using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>Clears a suspension away once its time has come; one that was prolonged meanwhile stays.</summary>
public sealed record EndSuspension
{
    public static Decision<UserEvent> Decide(User user, EndSuspension command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        return user.SuspendedUntil <= now ? new UserUnsuspended() : Decision<UserEvent>.Nothing;
    }
}
