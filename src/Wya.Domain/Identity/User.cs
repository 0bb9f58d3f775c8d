using System.Collections.Immutable;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>What decisions about a user need to know, and no more.</summary>
/// <param name="Handle">Null until registered.</param>
/// <param name="SuspendedUntil">The end of the last suspension, past or not; null when there is none or it was lifted.</param>
/// <param name="Granted">Capabilities beyond those of the age layer; bounded by the closed list of them.</param>
public sealed record User(
    string? Handle,
    AgeLayer AgeLayer,
    bool IsVerified,
    DateTimeOffset? SuspendedUntil,
    ImmutableSortedSet<string> Granted)
{
    public static User Unregistered { get; } = new(null, AgeLayer.Minor, false, null, ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    /// <summary>Claims the handle's skeletons, so that two people can never hold handles that look alike.</summary>
    public static StreamType<User, UserEvent> Stream { get; } = new("user", Unregistered, Evolve, Claims);

    public bool IsRegistered => Handle is not null;

    public static User Evolve(User user, UserEvent fact) => fact switch
    {
        UserCreated created => user with { Handle = created.Handle, AgeLayer = created.AgeLayer },
        UserVerified => user with { IsVerified = true },
        UserSuspended suspended => user with { SuspendedUntil = suspended.Until },
        UserUnsuspended => user with { SuspendedUntil = null },
        PermissionGranted granted => user with { Granted = user.Granted.Add(granted.Capability) },
        PermissionRevoked revoked => user with { Granted = user.Granted.Remove(revoked.Capability) },
        _ => throw new InvalidOperationException($"A user does not know {fact.GetType().Name}."),
    };

    private static IEnumerable<string> Claims(UserEvent fact) =>
        fact is UserCreated created ? created.HandleSkeletons.Select(Identity.Handle.Claim) : [];
}
