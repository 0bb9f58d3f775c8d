using Shouldly;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Xunit;
using static Wya.Domain.Tests.Discovery.RankingPropertyTests;

namespace Wya.Domain.Tests.Discovery;

public sealed class DiscoveryTests
{
    [Fact]
    [Trait("seed", "6.S1")]
    public void A_friend_next_door_whom_all_trust_reads_as_the_specification_has_it()
    {
        RankedPerson friend = Ranking.Rank(
            Adult(100), [Person(1) with { Relation = Relation.Friend, Tier = LocationTier.Immediate, Trust = TrustBand.High }], RandomTown.Day).ShouldHaveSingleItem();

        Sentences.Of(friend.Factors).ShouldBe("Very close to you • High trust score • Your friend");
        Sentences.Of(friend.Factors, "de").ShouldBe("Ganz in deiner Nähe • Hohes Vertrauen • Mit dir befreundet");
        Factor.Write(friend.Factors).ShouldBe("tier.immediate 0.8000 • trust.high 0.2000 • friend 0.1000");
        friend.Score.ShouldBe(1.1m);
    }

    [Fact]
    public void Nearness_is_weighed_with_four_fifths_and_never_with_less_than_half()
    {
        Candidate near = Person(1) with { Tier = LocationTier.Nearby, Trust = TrustBand.Low }, far = Person(2) with { Tier = LocationTier.City, Trust = TrustBand.High };
        Ranking.Score(DiscoveryPreferences.Default, near).Score.ShouldBe(0.66m);
        Ranking.Score(DiscoveryPreferences.Default, far).Score.ShouldBe(0.4m);
        Ranking.Rank(Adult(100), [far, near], RandomTown.Day)[0].Id.ShouldBe(near.Id);
        DiscoveryPreferences.ProximityPercentMin.ShouldBe(50);
        Ranking.Rank(Adult(100, DiscoveryPreferences.Default with { ProximityPercent = 50 }), [far, near], RandomTown.Day)[0].Id.ShouldBe(far.Id);
    }

    [Fact]
    public void In_the_order_of_time_who_came_last_comes_first()
    {
        Candidate early = Person(1) with { CameIn = 1, Tier = LocationTier.Immediate }, late = Person(2) with { CameIn = 2, Tier = LocationTier.City };
        Ranking.Rank(Adult(100, DiscoveryPreferences.Default with { Order = DiscoveryOrder.Chronological }), [early, late], RandomTown.Day)
            .Select(one => one.Id).ShouldBe([late.Id, early.Id]);
    }

    [Fact]
    public void Minors_find_and_are_found_by_friends_of_friends_at_most_whatever_they_may_or_choose()
    {
        var minor = new Viewer(RandomTown.Id(100), AgeLayer.Minor, MayMeetStrangers: true, DiscoveryPreferences.Default);
        Candidate stranger = Person(1) with { AgeLayer = AgeLayer.Minor };
        Hindrances.Between(minor, stranger).ShouldBe(Hindrance.NotFindable);
        Hindrances.Between(minor, stranger with { Relation = Relation.FriendOfFriend, Tier = null }).ShouldBeNull();
        minor.Reach.ShouldBe(FindableBy.FriendsOfFriends);
        Enum.GetValues<AgeLayer>().Select(layer => DiscoveryPolicy.For(layer).Widest)
            .ShouldBe([FindableBy.FriendsOfFriends, FindableBy.Everybody, FindableBy.Everybody]);
    }

    [Fact]
    public void Of_what_is_the_other_ones_affair_nothing_is_said()
    {
        Candidate friend = Person(1) with { Relation = Relation.Friend };
        Candidate[] hidden =
        [
            friend with { AgeLayer = AgeLayer.Transitional }, friend with { AreApart = true }, friend with { IsAround = false }, friend with { IsRestricted = true },
            friend with { FindableBy = FindableBy.Nobody }, Person(1) with { Tier = null }, Person(100),
        ];
        hidden.Select(person => WhyNot.Of(Hindrances.Between(Adult(100), person), isListed: false)).Distinct().ShouldBe([WhyNotCode.NotToBeSaid]);
        WhyNot.Of(Hindrances.Between(Adult(100), friend), isListed: true).ShouldBe(WhyNotCode.Listed);
        WhyNot.Of(Hindrances.Between(Adult(100), friend), isListed: false).ShouldBe(WhyNotCode.BeyondTwenty);
        WhyNot.Of(Hindrances.Between(Adult(100, DiscoveryPreferences.Default with { FriendsOnly = true }), Person(1)), false).ShouldBe(WhyNotCode.OwnFilter);
        WhyNot.Of(Hindrances.Between(Adult(100) with { MayMeetStrangers = false }, Person(1)), false).ShouldBe(WhyNotCode.OwnCapability);
    }

    [Fact]
    public void Every_code_has_a_sentence_in_every_language_and_no_two_are_alike()
    {
        foreach (string language in Sentences.Languages)
        {
            FactorCode.All.Concat(WhyNotCode.All).Select(code => Sentences.Of(code, language)).ShouldBeUnique();
        }

        Sentences.Languages.Count.ShouldBe(2);
        new[] { null, "", "fr", "de-AT,en;q=0.8", "fr, en;q=0.9", "EN" }.Select(Sentences.Language).ShouldBe(["en", "en", "en", "de", "en", "en"]);
        Sentences.Of(FactorCode.Friend, "fr").ShouldBe("Your friend");
        Factor.Read("tier.immediate 0.8000 • magic 1.0000").ShouldBeNull();
    }

    [Fact]
    public void Oneself_is_told_who_finds_one_how_near_and_why()
    {
        var self = new Self(AgeLayer.Adult, IsThere: true, IsInvisible: false, IsRestricted: false, FindableBy.Everybody, LocationTier.Immediate, LocationTier.Nearby);
        OwnVisibility.Of(self).Select(kind => (kind.Kind, kind.CanFind, kind.FinestTier)).ShouldBe(
        [
            (Relation.Friend, true, LocationTier.Immediate), (Relation.FriendOfFriend, true, LocationTier.Nearby), (Relation.Stranger, true, LocationTier.Nearby),
        ]);
        OwnVisibility.Of(self with { FindableBy = FindableBy.Friends }).Select(kind => kind.CanFind).ShouldBe([true, false, false]);
        OwnVisibility.Of(self with { AgeLayer = AgeLayer.Minor, StrangersTier = null }).Select(kind => kind.CanFind).ShouldBe([true, true, false]);
        foreach (Self hidden in (Self[])[self with { IsThere = false }, self with { IsInvisible = true }, self with { IsRestricted = true }])
        {
            OwnVisibility.Of(hidden).ShouldAllBe(kind => !kind.CanFind && kind.FinestTier == null && kind.Why.Count == 1);
        }

        OwnVisibility.Of(self).ShouldAllBe(kind => kind.Why.Count == 1);
    }

    [Fact]
    public void A_trust_score_counts_in_three_steps()
    {
        new[] { 0m, 0.39m, 0.4m, 0.5m, 0.69m, 0.7m, 1m }.Select(Ranking.Band).ShouldBe(
            [TrustBand.Low, TrustBand.Low, TrustBand.Medium, TrustBand.Medium, TrustBand.Medium, TrustBand.High, TrustBand.High]);
    }
}
