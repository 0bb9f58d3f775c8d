using System.Collections.Immutable;
using Wya.Domain.Identity.Events;

namespace Wya.Domain.Identity;

/// <summary>All that a person's capabilities follow from, as far as identity knows it. <see cref="Lattice"/> says what follows.</summary>
/// <param name="SuspendedUntil">The end of the last suspension, past or not; null when there is none or it was lifted.</param>
/// <param name="Granted">What was granted beyond the age layer, and when.</param>
/// <param name="Restricted">What was taken away, each until a time or, where there is none, until it is restored.</param>
/// <param name="Trust">0 to 1; neutral for whoever has no score yet, which is the social graph's to tell.</param>
/// <param name="ErasureDueAt">When the person will be erased, if they have asked for it.</param>
public sealed record Standing(
    AgeLayer AgeLayer,
    bool IsBanned,
    DateTimeOffset? SuspendedUntil,
    ImmutableSortedDictionary<string, DateTimeOffset> Granted,
    ImmutableSortedDictionary<string, DateTimeOffset?> Restricted,
    double Trust,
    DateTimeOffset? ErasureDueAt)
{
    /// <summary>Somebody of whom nothing is known but their layer.</summary>
    public static Standing Of(AgeLayer layer) => new(
        layer,
        IsBanned: false,
        SuspendedUntil: null,
        ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, DateTimeOffset?>(StringComparer.Ordinal),
        TrustPolicy.Neutral,
        ErasureDueAt: null);

    public bool IsSuspended(DateTimeOffset now) => now < SuspendedUntil;

    /// <summary>Nothing may be done at all: banned, suspended, or about to be erased and seen by nobody.</summary>
    public bool IsBarred(DateTimeOffset now) => IsBanned || IsSuspended(now) || ErasureDueAt is not null;

    /// <summary>A restriction ends by itself.</summary>
    public bool IsRestricted(string capability, DateTimeOffset now) =>
        Restricted.TryGetValue(capability, out DateTimeOffset? until) && (until is null || now < until);

    /// <summary>The same person without what bars them from everything: what they will have again afterwards.</summary>
    public Standing Unbarred() => this with { IsBanned = false, SuspendedUntil = null, ErasureDueAt = null };
}
