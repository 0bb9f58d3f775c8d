using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Who looks is asked nothing here, so there is nothing to remember: that they looked is recorded, each time.</summary>
public sealed record SafetyAccess
{
    public static StreamType<SafetyAccess, SafetyAccessEvent> Stream { get; } = new("safety_access", new SafetyAccess(), Evolve);

    /// <summary>A viewer's stream.</summary>
    public static Guid StreamOf(UserId viewer) => EventIds.ForCommand("system", "safety access", viewer.Value.ToString("n"));

    public static SafetyAccess Evolve(SafetyAccess access, SafetyAccessEvent fact) => fact switch
    {
        RecordViewed => access,
        _ => throw new InvalidOperationException($"Safety's access does not know {fact.GetType().Name}."),
    };
}
