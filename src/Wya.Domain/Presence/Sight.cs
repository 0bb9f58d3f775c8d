using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>What stands between a viewer and a person, read from rows, never from a cache.</summary>
public enum Acquaintance
{
    /// <summary>Another layer, a block, somebody barred or erased, nobody at all: all alike.</summary>
    Apart,

    /// <summary>Of one layer, and no more.</summary>
    Stranger,

    Friend,
}

/// <summary>How somebody lets themselves be seen.</summary>
public sealed record Visibility(AgeLayer AgeLayer, PrivacyLevel Level, bool IsInvisible, bool LocationIsOff, bool LocationWasTurnedOn)
{
    /// <summary>Before anybody has chosen anything.</summary>
    public static Visibility Default(AgeLayer layer) => new(layer, PrivacyLevel.General, false, false, false);

    /// <summary>Finest tier of their place that is kept; null when none is.</summary>
    /// <param name="locationIsOn">They have turned it on for this stay.</param>
    public LocationTier? Finest(PresencePolicy policy, bool locationIsOn) => policy.Finest(Level, !LocationIsOff && policy.Consent switch
    {
        LocationConsent.EachStay => locationIsOn,
        LocationConsent.Once => LocationWasTurnedOn,
        _ => true,
    });
}

/// <summary>A person's presence, as one viewer may see it.</summary>
/// <param name="Status">Friends alone are told; for strangers it is left out.</param>
/// <param name="Activity">Left out for who is offline, or seems so.</param>
/// <param name="LocationTier">How near they are to the viewer, or may be: no finer than both share.</param>
public sealed record Seen(PresenceStatus? Status, Activity? Activity, LocationTier? LocationTier, Guid? RoomId)
{
    public static readonly Seen Nothing = new(null, null, null, null);

    public static readonly Seen Offline = new(PresenceStatus.Offline, null, null, null);
}

public static class Sight
{
    /// <param name="snapshot">Null when they are not there, or it is not known.</param>
    /// <param name="ownPlace">The viewer's: who shares none is told of none.</param>
    public static Seen Of(
        Acquaintance acquaintance,
        Visibility person,
        PresencePolicy policy,
        PresenceSnapshot? snapshot,
        KnownPlace? place,
        KnownPlace? ownPlace,
        DateTimeOffset now)
    {
        bool isThere = snapshot is not null and not { Status: PresenceStatus.Offline } && !person.IsInvisible;
        return acquaintance switch
        {
            Acquaintance.Friend when isThere => new Seen(
                snapshot!.Status, snapshot.Activity, Near(policy.FinestForFriends), snapshot.RoomId),
            Acquaintance.Friend => Seen.Offline,
            Acquaintance.Stranger when isThere && policy.StrangersSeeActivity => new Seen(
                null, snapshot!.Activity, Near(policy.FinestForStrangers), null),
            _ => Seen.Nothing,
        };

        LocationTier? Near(LocationTier? finest) =>
            Proximity.Between(place, ownPlace, PresencePolicy.Coarser(finest, person.Finest(policy, locationIsOn: true)), now);
    }
}
