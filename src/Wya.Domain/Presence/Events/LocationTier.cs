namespace Wya.Domain.Presence.Events;

/// <summary>How near, or how closely a place is known: from the widest to the finest. People see tiers, never cells.</summary>
public enum LocationTier
{
    /// <summary>A cell of geohash level 4: about 39 × 20 km.</summary>
    City,

    /// <summary>Level 5: about 5 × 5 km.</summary>
    Local,

    /// <summary>Level 6: about 1.2 × 0.6 km.</summary>
    Nearby,

    /// <summary>Level 7: about 150 × 150 m.</summary>
    Immediate,
}
