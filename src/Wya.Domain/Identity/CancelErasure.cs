using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>Possible until the erasure is recorded, even when it is already due: the log decides who was first.</summary>
public sealed record CancelErasure
{
    public static Decision<UserEvent> Decide(User user, CancelErasure command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        return user.ErasureDueAt is null ? Decision<UserEvent>.Nothing : new ErasureCancelled();
    }
}
