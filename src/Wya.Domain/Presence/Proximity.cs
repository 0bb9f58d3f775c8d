using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>
/// How near two people are. It depends on two kept cells and on nothing finer, so whoever asks from everywhere, as often and
/// as whomever they like, finds the other one's cell and never a part of it.
/// </summary>
public static class Proximity
{
    /// <param name="finest">What may be told here at most; null tells nothing.</param>
    /// <returns>The finest tier at which their cells are the same or touch; null when they are far apart, or not to be compared.</returns>
    public static LocationTier? Between(KnownPlace? one, KnownPlace? other, LocationTier? finest, DateTimeOffset now)
    {
        LocationTier? shared = PresencePolicy.Coarser(PresencePolicy.Coarser(one?.TierAt(now), other?.TierAt(now)), finest);
        return shared is { } tier ? one!.Cell.Within(tier).NearnessTo(other!.Cell.Within(tier)) : null;
    }
}
