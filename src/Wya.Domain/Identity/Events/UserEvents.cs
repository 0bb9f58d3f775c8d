using Wya.Domain.Discovery.Events;
using Wya.Domain.Presence.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field, and a field may become sealed (then its version rises); anything else is a new
// event. docs/reference/events.md says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>What can happen to a user. The stream's id is the user's, and whatever is sealed here is sealed under their key.</summary>
public abstract record UserEvent
{
    private protected UserEvent() { }
}

/// <param name="Handle">As shown; it never changes.</param>
/// <param name="HandleSkeletons">What the handle looks like, in one or two ways: nobody else's may look like any of them, ever.</param>
/// <param name="AgeLayer">On the day of registration.</param>
/// <param name="BirthDate">Unknown for people who registered before version 2.</param>
[EventType("user.created", Version = 2)]
public sealed record UserCreated(
    Sensitive<string> Handle,
    Sensitive<IReadOnlyList<string>> HandleSkeletons,
    AgeLayer AgeLayer,
    Sensitive<DateOnly>? BirthDate = null) : UserEvent;

[EventType("user.verified")]
public sealed record UserVerified : UserEvent;

/// <param name="ContactAddress">An e-mail address or a telephone number; null when it was removed.</param>
[EventType("user.contact_address_changed")]
public sealed record ContactAddressChanged(Sensitive<string>? ContactAddress = null) : UserEvent;

/// <param name="From">The layer until now.</param>
/// <param name="To">An older one; it may lie more than one step above, when nobody looked for long.</param>
[EventType("user.age_layer_changed")]
public sealed record AgeLayerChanged(AgeLayer From, AgeLayer To) : UserEvent;

/// <param name="Until">The suspension ends by itself then. A later suspension replaces an earlier one.</param>
/// <param name="Reason">Shown to the person concerned.</param>
[EventType("user.suspended", Version = 2)]
public sealed record UserSuspended(DateTimeOffset Until, Sensitive<string> Reason) : UserEvent;

[EventType("user.unsuspended")]
public sealed record UserUnsuspended : UserEvent;

/// <summary>Until it is lifted. It takes the place of a suspension.</summary>
/// <param name="Reason">Shown to the person concerned.</param>
[EventType("user.banned")]
public sealed record UserBanned(Sensitive<string> Reason) : UserEvent;

[EventType("user.unbanned")]
public sealed record UserUnbanned : UserEvent;

/// <param name="Capability">One of <see cref="Events.Capability"/>.</param>
[EventType("user.permission_granted")]
public sealed record PermissionGranted(string Capability) : UserEvent;

/// <param name="Capability">One that had been granted; what the age layer gives cannot be revoked here.</param>
/// <param name="Reason">Shown to the person concerned.</param>
[EventType("user.permission_revoked", Version = 2)]
public sealed record PermissionRevoked(string Capability, Sensitive<string>? Reason = null) : UserEvent;

/// <param name="Capability">One of <see cref="Events.Capability"/>: taken away whatever gives it, until it is restored.</param>
/// <param name="Reason">Shown to the person concerned.</param>
/// <param name="Until">It ends by itself then; null when it stays until it is lifted.</param>
[EventType("user.permission_restricted")]
public sealed record PermissionRestricted(string Capability, Sensitive<string> Reason, DateTimeOffset? Until = null) : UserEvent;

/// <param name="Capability">One that had been restricted.</param>
[EventType("user.permission_restored")]
public sealed record PermissionRestored(string Capability) : UserEvent;

/// <summary>How the person lets themselves be seen while they are there. It says nothing of when or where they are.</summary>
/// <param name="PrivacyLevel">How closely they want to be placed.</param>
/// <param name="IsInvisible">To everybody else they seem offline.</param>
/// <param name="LocationIsOn">Left out while they have never said so: then it is as their age layer has it.</param>
[EventType("user.presence_settings_changed")]
public sealed record PresenceSettingsChanged(PrivacyLevel PrivacyLevel, bool IsInvisible, bool? LocationIsOn = null) : UserEvent;

/// <summary>How the person wants to find others, and by whom they let themselves be found. It says nothing of whom they found.</summary>
/// <param name="Order">In which others are shown to them.</param>
/// <param name="ProximityPercent">The part of the score that is nearness, 50 to 100; the rest is trust.</param>
/// <param name="FindableBy">Who may find them, at most: their age layer may allow less.</param>
/// <param name="FriendsOnly">Whether they are shown friends alone.</param>
/// <param name="Furthest">Whoever is not known to be so near is not shown to them; left out, nobody is left out for that.</param>
[EventType("user.discovery_preferences_changed")]
public sealed record DiscoveryPreferencesChanged(
    DiscoveryOrder Order, int ProximityPercent, FindableBy FindableBy, bool FriendsOnly, LocationTier? Furthest = null) : UserEvent;

/// <param name="DueAt">Until then it can be cancelled.</param>
[EventType("user.erasure_requested")]
public sealed record ErasureRequested(DateTimeOffset DueAt) : UserEvent;

[EventType("user.erasure_cancelled")]
public sealed record ErasureCancelled : UserEvent;

/// <summary>The person's key is destroyed after this, and with it every copy of what it sealed.</summary>
[EventType("user.erased")]
public sealed record UserErased : UserEvent;
