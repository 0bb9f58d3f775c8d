using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>The end of the time of grace. There is no way back from it.</summary>
public sealed record EraseUser
{
    public static Decision<UserEvent> Decide(User user, EraseUser command, DateTimeOffset now)
    {
        if (user.IsErased)
        {
            return Decision<UserEvent>.Nothing;
        }

        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        return user.ErasureDueAt <= now ? new UserErased() : IdentityRefusals.ErasureNotDue;
    }
}
