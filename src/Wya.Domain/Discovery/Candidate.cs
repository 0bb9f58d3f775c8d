using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Discovery;

/// <summary>What somebody is to the viewer, from the furthest to the closest.</summary>
public enum Relation
{
    Stranger,
    FriendOfFriend,
    Friend,
}

/// <summary>
/// A trust score as far as it counts for others: a step, never the score itself, which is its owner's alone.
/// </summary>
public enum TrustBand
{
    Low,
    Medium,
    High,
}

/// <summary>Who asks.</summary>
/// <param name="MayMeetStrangers">They hold the capability to discover people beyond friends of friends.</param>
public sealed record Viewer(UserId Id, AgeLayer AgeLayer, bool MayMeetStrangers, DiscoveryPreferences Preferences)
{
    /// <summary>The widest circle in which they find anybody.</summary>
    public FindableBy Reach => DiscoveryPolicy.For(AgeLayer).AtMost(MayMeetStrangers ? FindableBy.Everybody : FindableBy.FriendsOfFriends);
}

/// <summary>Somebody who may be shown to the viewer, with all that this depends on. It has nothing finer than tiers, and nothing of how many friends or followers anybody has.</summary>
/// <param name="AreApart">One of the two has blocked the other, or the person is barred, erased or about to be.</param>
/// <param name="IsAround">There, and not invisible.</param>
/// <param name="IsRestricted">Being discovered was taken from them, or they are suspended; they are told so.</param>
/// <param name="FindableBy">As they have chosen.</param>
/// <param name="Tier">How near they are known to be; null when it is not known, or not shared by both.</param>
/// <param name="IsInSameRoom">As the viewer.</param>
/// <param name="IsInTalk">Both have lately written in one conversation.</param>
/// <param name="CameIn">The quarter of an hour in which they came, counted from any beginning.</param>
public sealed record Candidate(
    UserId Id,
    AgeLayer AgeLayer,
    Relation Relation,
    bool AreApart,
    bool IsAround,
    bool IsRestricted,
    FindableBy FindableBy,
    LocationTier? Tier,
    TrustBand Trust,
    bool IsInSameRoom,
    bool IsInTalk,
    long CameIn);
