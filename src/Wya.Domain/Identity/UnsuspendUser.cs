using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

public sealed record UnsuspendUser
{
    public static Decision<UserEvent> Decide(User user, UnsuspendUser command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        return user.SuspendedUntil is null ? Decision<UserEvent>.Nothing : new UserUnsuspended();
    }
}
