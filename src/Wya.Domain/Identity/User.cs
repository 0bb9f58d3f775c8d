using System.Collections.Immutable;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>What decisions about a user need to know, and no more.</summary>
/// <param name="Handle">Null until registered.</param>
/// <param name="SuspendedUntil">The end of the last suspension, past or not; null when there is none or it was lifted.</param>
/// <param name="Granted">Capabilities beyond those of the age layer; bounded by the closed list of them.</param>
/// <param name="Restricted">Capabilities taken away, each until a time or, where there is none, until it is restored.</param>
/// <param name="PresenceSettings">As last chosen; null while nothing was.</param>
/// <param name="DiscoveryPreferences">Likewise.</param>
/// <param name="ErasureDueAt">When the person will be erased, if they have asked for it and not thought better of it.</param>
public sealed record User(
    Sensitive<string>? Handle,
    AgeLayer AgeLayer,
    bool IsVerified,
    bool IsBanned,
    DateTimeOffset? SuspendedUntil,
    ImmutableSortedSet<string> Granted,
    ImmutableSortedDictionary<string, DateTimeOffset?> Restricted,
    DateTimeOffset? ErasureDueAt,
    bool IsErased,
    PresenceSettingsChanged? PresenceSettings = null,
    DiscoveryPreferences? DiscoveryPreferences = null)
{
    public static User Unregistered { get; } = new(
        null,
        AgeLayer.Minor,
        IsVerified: false,
        IsBanned: false,
        null,
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, DateTimeOffset?>(StringComparer.Ordinal),
        null,
        IsErased: false);

    /// <summary>Claims the handle's skeletons, so that two people can never hold handles that look alike.</summary>
    public static StreamType<User, UserEvent> Stream { get; } = new("user", Unregistered, Evolve, Claims);

    /// <summary>Registered, and not erased since.</summary>
    public bool IsThere => Handle is not null && !IsErased;

    public static User Evolve(User user, UserEvent fact) => fact switch
    {
        UserCreated created => user with { Handle = created.Handle, AgeLayer = created.AgeLayer },
        UserVerified => user with { IsVerified = true },
        ContactAddressChanged => user, // no decision needs it, and a state may be kept in memory for long
        AgeLayerChanged changed => user with { AgeLayer = changed.To },
        UserSuspended suspended => user with { SuspendedUntil = suspended.Until },
        UserUnsuspended => user with { SuspendedUntil = null },
        UserBanned => user with { IsBanned = true, SuspendedUntil = null },
        UserUnbanned => user with { IsBanned = false },
        PermissionGranted granted => user with { Granted = user.Granted.Add(granted.Capability) },
        PermissionRevoked revoked => user with { Granted = user.Granted.Remove(revoked.Capability) },
        PermissionRestricted restricted => user with { Restricted = user.Restricted.SetItem(restricted.Capability, restricted.Until) },
        PermissionRestored restored => user with { Restricted = user.Restricted.Remove(restored.Capability) },
        PresenceSettingsChanged changed => user with { PresenceSettings = changed },
        DiscoveryPreferencesChanged changed => user with
        {
            DiscoveryPreferences = new DiscoveryPreferences(changed.Order, changed.ProximityPercent, changed.FindableBy, changed.FriendsOnly, changed.Furthest),
        },
        ErasureRequested requested => user with { ErasureDueAt = requested.DueAt },
        ErasureCancelled => user with { ErasureDueAt = null },
        UserErased => user with { ErasureDueAt = null, IsErased = true },
        _ => throw new InvalidOperationException($"A user does not know {fact.GetType().Name}."),
    };

    private static IEnumerable<string> Claims(UserEvent fact) =>
        fact is UserCreated created ? created.HandleSkeletons.ValueOr([]).Select(Identity.Handle.Claim) : [];
}
