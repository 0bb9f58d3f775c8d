using Wya.Domain.Presence.Events;

namespace Wya.Domain.Discovery.Events;

/// <summary>Who may find somebody, from the narrowest circle to the widest. Stored in events: names never change.</summary>
public enum FindableBy
{
    Nobody,
    Friends,
    FriendsOfFriends,

    /// <summary>Of the same age layer, and near enough to be told so.</summary>
    Everybody,
}

/// <summary>Stored in events: names never change.</summary>
public enum DiscoveryOrder
{
    /// <summary>By score.</summary>
    Ranked,

    /// <summary>Who came last comes first, by the quarter of an hour.</summary>
    Chronological,
}

/// <summary>How somebody wants to find others, and to be found.</summary>
/// <param name="ProximityPercent">The part of the score that is nearness, 50 to 100; the rest is trust.</param>
/// <param name="FindableBy">At most; the age layer may allow less.</param>
/// <param name="FriendsOnly">Others are left out.</param>
/// <param name="Furthest">Whoever is not known to be so near is left out; null leaves nobody out.</param>
public sealed record DiscoveryPreferences(
    DiscoveryOrder Order, int ProximityPercent, FindableBy FindableBy, bool FriendsOnly = false, LocationTier? Furthest = null)
{
    public const int ProximityPercentMin = 50;
    public const int ProximityPercentMax = 100;

    /// <summary>Of who has chosen nothing.</summary>
    public static DiscoveryPreferences Default { get; } = new(DiscoveryOrder.Ranked, 80, FindableBy.Everybody);
}
