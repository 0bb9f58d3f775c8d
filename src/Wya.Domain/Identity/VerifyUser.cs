using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

public sealed record VerifyUser
{
    public static Decision<UserEvent> Decide(User user, VerifyUser command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        return user.IsVerified ? Decision<UserEvent>.Nothing : new UserVerified();
    }
}
