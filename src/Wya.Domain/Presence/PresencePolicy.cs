using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>When location is on.</summary>
public enum LocationConsent
{
    /// <summary>For one stay at a time; off again with its end.</summary>
    EachStay,

    /// <summary>Once it has been turned on, until it is turned off.</summary>
    Once,

    /// <summary>Until it is turned off.</summary>
    Given,
}

/// <summary>What an age layer shares of its presence at most. The protective table, whatever its people choose.</summary>
/// <param name="FinestForFriends">Null shares no place with anybody.</param>
/// <param name="FinestForStrangers">Null shares no place with strangers.</param>
/// <param name="StrangersSeeActivity">Otherwise strangers take everybody here for offline.</param>
public sealed record PresencePolicy(
    LocationConsent Consent, LocationTier? FinestForFriends, LocationTier? FinestForStrangers, bool StrangersSeeActivity)
{
    public const LocationTier GeneralTier = LocationTier.Local;

    private static readonly PresencePolicy Minor = new(LocationConsent.EachStay, LocationTier.Local, null, StrangersSeeActivity: false);
    private static readonly PresencePolicy Transitional = new(LocationConsent.Once, LocationTier.Immediate, LocationTier.Nearby, StrangersSeeActivity: true);
    private static readonly PresencePolicy Adult = new(LocationConsent.Given, LocationTier.Immediate, LocationTier.Nearby, StrangersSeeActivity: true);

    public static PresencePolicy For(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => Minor,
        AgeLayer.Transitional => Transitional,
        AgeLayer.Adult => Adult,
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };

    /// <summary>No finer than this for anybody, as an operator may ask. It can take away only.</summary>
    /// <param name="finest">Null shares no place at all.</param>
    public PresencePolicy TightenedTo(LocationTier? finest) =>
        this with { FinestForFriends = Coarser(FinestForFriends, finest), FinestForStrangers = Coarser(FinestForStrangers, finest) };

    /// <summary>The most that is kept of somebody's place; null when nothing is.</summary>
    /// <param name="isConsented">As <see cref="Consent"/> asks for it: for this stay, once, or not taken back.</param>
    public LocationTier? Finest(PrivacyLevel level, bool isConsented) => level switch
    {
        _ when !isConsented => null,
        PrivacyLevel.Precise => FinestForFriends,
        PrivacyLevel.General => Coarser(FinestForFriends, GeneralTier),
        _ => null,
    };

    /// <summary>Null is the coarsest of all.</summary>
    public static LocationTier? Coarser(LocationTier? one, LocationTier? other) =>
        one is { } first && other is { } second ? (first < second ? first : second) : null;
}
