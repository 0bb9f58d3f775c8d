using Wya.Domain.Identity.Events;

namespace Wya.Domain.Messaging;

/// <summary>A person as messaging knows them: from its own rows, which follow what the other domains announce.</summary>
/// <param name="SuspendedUntil">Null unless suspended; it may have passed.</param>
/// <param name="ErasureDueAt">Asked to be erased, and rests until then.</param>
/// <param name="MutedUntil">The latest end of what Safety has restricted; <see cref="DateTimeOffset.MaxValue"/> for one without an end.</param>
/// <param name="PrivateRestrictedUntil">Until then <c>chat.private</c>, which everybody has, is taken away.</param>
/// <param name="GroupRestrictedUntil">Likewise <c>chat.group</c>.</param>
/// <param name="IsGivenGroups">Has <c>chat.group</c>, by their age layer or a grant.</param>
public sealed record Chatter(
    UserId Id,
    AgeLayer AgeLayer,
    bool IsBanned,
    DateTimeOffset? SuspendedUntil,
    DateTimeOffset? ErasureDueAt,
    bool IsErased,
    DateTimeOffset? MutedUntil,
    DateTimeOffset? PrivateRestrictedUntil,
    DateTimeOffset? GroupRestrictedUntil,
    bool IsGivenGroups)
{
    public bool MayChatPrivately(DateTimeOffset now) => !(now < PrivateRestrictedUntil);

    public bool MayChatInGroups(DateTimeOffset now) => IsGivenGroups && !(now < GroupRestrictedUntil);

    public bool IsMuted(DateTimeOffset now) => now < MutedUntil;

    public bool IsSuspended(DateTimeOffset now) => now < SuspendedUntil;
}

/// <summary>What stands between two people.</summary>
/// <param name="Other">The other one; null when messaging knows nobody of that id.</param>
public sealed record Relation(Chatter? Other, bool AreFriends, bool IsBlocked)
{
    /// <summary>
    /// They exist for each other: of one age layer now, and neither has blocked the other. Who asked to be erased exists for
    /// nobody new; what they wrote stays where it was until they are erased.
    /// </summary>
    public bool Meets(Chatter self) => Other is not null && Other.AgeLayer == self.AgeLayer && !IsBlocked;

    /// <summary>They meet, and the other one can be written to for the first time.</summary>
    public bool CanBeApproachedBy(Chatter self) => Meets(self) && Other is { IsErased: false, IsBanned: false, ErasureDueAt: null };
}
