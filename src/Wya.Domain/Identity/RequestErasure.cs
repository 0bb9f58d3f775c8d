using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Grace">How long the person may think better of it.</param>
public sealed record RequestErasure(TimeSpan Grace)
{
    public static Decision<UserEvent> Decide(User user, RequestErasure command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        // Asked for again, it stays due when it was: nobody loses the time of grace by asking twice, or gains any.
        return user.ErasureDueAt is null ? new ErasureRequested((now + command.Grace).ToUniversalTime()) : Decision<UserEvent>.Nothing;
    }
}
