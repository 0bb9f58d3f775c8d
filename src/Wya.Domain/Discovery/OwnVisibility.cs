using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Discovery;

/// <summary>Somebody as discovery knows them, for themselves to see.</summary>
/// <param name="FriendsTier">As closely as friends may be told where they are; null when not at all.</param>
/// <param name="StrangersTier">Likewise, others.</param>
public sealed record Self(
    AgeLayer AgeLayer, bool IsThere, bool IsInvisible, bool IsRestricted, FindableBy FindableBy, LocationTier? FriendsTier, LocationTier? StrangersTier);

/// <summary>How one kind of people would find somebody now.</summary>
/// <param name="CanFind">If they are of the same age layer, not apart, and of a mind to look.</param>
/// <param name="FinestTier">The most that they would be told, next door.</param>
/// <param name="Why">All that decides it, in plain words.</param>
public sealed record SeenByKind(Relation Kind, bool CanFind, LocationTier? FinestTier, IReadOnlyList<string> Why);

/// <summary>Oneself as others find one: by the rules by which they do.</summary>
public static class OwnVisibility
{
    public static IReadOnlyList<SeenByKind> Of(Self self) => [.. new[] { Relation.Friend, Relation.FriendOfFriend, Relation.Stranger }.Select(kind => Of(self, kind))];

    private static SeenByKind Of(Self self, Relation kind)
    {
        LocationTier? tier = kind == Relation.Friend ? self.FriendsTier : self.StrangersTier;
        var nextDoor = new Viewer(new UserId(Guid.Empty), self.AgeLayer, MayMeetStrangers: true, DiscoveryPreferences.Default);
        var shown = new Candidate(
            new UserId(Guid.AllBitsSet), self.AgeLayer, kind, AreApart: false, self.IsThere && !self.IsInvisible, self.IsRestricted, self.FindableBy, tier,
            TrustBand.Medium, IsInSameRoom: false, IsInTalk: false, CameIn: 0);
        bool canFind = Hindrances.Between(nextDoor, shown) is null;
        List<string> why = [];
        AddIf(!self.IsThere, "You are not around: no heartbeat of yours is known.");
        AddIf(self.IsInvisible, "You have made yourself invisible.");
        AddIf(self.IsRestricted, "A moderator has taken it from you to be discovered for now. Your capabilities say until when, and why.");
        AddIf(Hindrances.Circle(kind) > self.FindableBy, "You have chosen that these people do not find you.");
        AddIf(Hindrances.Circle(kind) > DiscoveryPolicy.For(self.AgeLayer).Widest, "At your age nobody is found by strangers.");
        AddIf(kind == Relation.Stranger && tier is null, "You share no place with strangers, and they find only who is near.");
        AddIf(canFind && tier is null, "They find that you are around, and not how near.");
        AddIf(canFind && tier is not null, "You are around, and you share your place as closely as this with them.");
        return new SeenByKind(kind, canFind, canFind ? tier : null, why);

        void AddIf(bool holds, string sentence)
        {
            if (holds)
            {
                why.Add(sentence);
            }
        }
    }
}
