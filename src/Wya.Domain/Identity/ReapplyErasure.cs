using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>
/// Somebody was erased, and a restored backup does not know it: whatever it says they asked for, they are erased again.
/// </summary>
public sealed record ReapplyErasure
{
    public static Decision<UserEvent> Decide(User user, ReapplyErasure command, DateTimeOffset now) =>
        user.IsThere ? new UserErased() : Decision<UserEvent>.Nothing; // a backup may be older than the registration
}
