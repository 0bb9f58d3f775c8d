using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

public sealed record UnbanUser
{
    public static Decision<UserEvent> Decide(User user, UnbanUser command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        return user.IsBanned ? new UserUnbanned() : Decision<UserEvent>.Nothing;
    }
}
