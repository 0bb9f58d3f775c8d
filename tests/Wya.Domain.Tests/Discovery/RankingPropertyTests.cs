using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Xunit;

namespace Wya.Domain.Tests.Discovery;

/// <summary>What holds in every town, whoever asks.</summary>
public sealed class RankingPropertyTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(400).WithQuietOnSuccess(true);

    [Fact]
    [Trait("seed", "A6")]
    public void At_most_twenty_and_nobody_who_is_not_to_be_found() => ForAll(town =>
    {
        town.Ranked.Count.ShouldBeLessThanOrEqualTo(20);
        town.Ranked.Select(ranked => ranked.Id).ShouldBeUnique();
        foreach (Candidate shown in town.Ranked.Select(town.Of))
        {
            shown.Id.ShouldNotBe(town.Viewer.Id);
            shown.AgeLayer.ShouldBe(town.Viewer.AgeLayer);
            (shown.AreApart, shown.IsAround, shown.IsRestricted).ShouldBe((false, true, false));
            Reach(shown.Relation).ShouldBeLessThanOrEqualTo((int)shown.FindableBy);
            (shown.Relation == Relation.Stranger && (shown.Tier is null || !town.Viewer.MayMeetStrangers || shown.AgeLayer == AgeLayer.Minor)).ShouldBeFalse();
            (town.Viewer.Preferences.FriendsOnly && shown.Relation != Relation.Friend).ShouldBeFalse();
            (town.Viewer.Preferences.Furthest is { } furthest && (shown.Tier is not { } tier || tier < furthest)).ShouldBeFalse();
        }
    });

    [Fact]
    public void Everybody_who_is_left_out_is_left_out_for_a_reason() => ForAll(town =>
    {
        int free = town.People.Count(person => Hindrances.Between(town.Viewer, person) is null);
        town.Ranked.Count.ShouldBe(Math.Min(free, 20), "never an emptier page than there need be");
    });

    [Fact]
    [Trait("seed", "6.S1")]
    public void The_score_is_the_sum_of_its_explained_factors_and_all_that_moved_it_is_explained() => ForAll(town =>
    {
        foreach (RankedPerson ranked in town.Ranked)
        {
            Candidate person = town.Of(ranked);
            ranked.Factors.Sum(factor => factor.Contribution).ShouldBe(ranked.Score);
            string[] expected =
            [
                Ranking.Nearness(person.Tier).Code, Ranking.Trust(person.Trust).Code,
                .. person.Relation == Relation.Friend ? new[] { FactorCode.Friend } : [],
                .. person.IsInSameRoom ? new[] { FactorCode.SameRoom } : [],
                .. person.IsInTalk ? new[] { FactorCode.ActiveChat } : [],
            ];
            ranked.Factors.Select(factor => factor.Code).Where(code => code != FactorCode.Repeated).ShouldBe(expected);
            Factor.Read(Factor.Write(ranked.Factors)).ShouldBe(ranked.Factors);
            decimal nearness = Ranking.Nearness(person.Tier).Value, trust = Ranking.Trust(person.Trust).Value, weight = town.Viewer.Preferences.ProximityPercent / 100m;
            decimal product = ((weight * nearness) + ((1 - weight) * trust))
                * (person.Relation == Relation.Friend ? 1.10m : 1) * (person.IsInSameRoom ? 1.05m : 1) * (person.IsInTalk ? 1.05m : 1)
                * (ranked.Factors[^1].Code == FactorCode.Repeated ? 0.95m : 1);
            ranked.Score.ShouldBe(product, 0.0005m);
        }
    });

    [Fact]
    [Trait("seed", "6.3")]
    [Trait("seed", "W6")]
    public void The_same_inputs_give_the_same_answer_in_whatever_order_they_come() => ForAll(town =>
        Text(Ranking.Rank(town.Viewer, town.People.Reverse(), RandomTown.Day)).ShouldBe(Text(town.Ranked)));

    [Fact]
    public void Who_stands_above_has_no_lower_score_or_came_no_earlier() => ForAll(town =>
    {
        foreach ((RankedPerson above, RankedPerson below) in town.Ranked.Zip(town.Ranked.Skip(1)))
        {
            bool isRight = town.Viewer.Preferences.Order == DiscoveryOrder.Ranked ? above.Score >= below.Score : town.Of(above).CameIn >= town.Of(below).CameIn;
            isRight.ShouldBeTrue();
        }
    });

    [Fact]
    public void A_change_of_one_factor_moves_a_person_in_the_explained_direction() => ForAll(town =>
    {
        foreach (Candidate person in town.People.Take(10))
        {
            foreach (Candidate better in Better(person))
            {
                decimal gain = Ranking.Score(town.Viewer.Preferences, better).Score - Ranking.Score(town.Viewer.Preferences, person).Score;
                bool mayCountForNothing = better.Tier == person.Tier && (town.Viewer.Preferences.ProximityPercent == 100 || person.Tier is null);
                (mayCountForNothing ? gain >= 0 : gain > 0).ShouldBeTrue();
                (int Above, bool IsRepeated) before = Place(town, person, person), after = Place(town, person, better);
                (after.Above <= before.Above || after.IsRepeated || town.Viewer.Preferences.Order != DiscoveryOrder.Ranked).ShouldBeTrue("nobody sinks for it, unless they repeat, and are told so");
            }
        }
    });

    [Fact]
    public void Who_repeats_a_tier_and_a_band_above_them_loses_a_twentieth_and_is_told_so() => ForAll(town =>
    {
        foreach (IGrouping<(LocationTier?, TrustBand), RankedPerson> alike in town.Ranked.GroupBy(ranked => (town.Of(ranked).Tier, town.Of(ranked).Trust)))
        {
            alike.Count(ranked => ranked.Factors.All(factor => factor.Code != FactorCode.Repeated)).ShouldBeLessThanOrEqualTo(1);
        }
    });

    [Fact]
    public void Within_one_score_the_order_is_the_viewers_and_the_days_and_no_two_draws_are_alike()
    {
        Candidate[] alike = [.. Enumerable.Range(1, 15).Select(number => Person(number))];
        string[] orders =
        [
            .. from viewer in Enumerable.Range(100, 10)
               from day in Enumerable.Range(0, 10)
               select Order(Ranking.Rank(Adult(viewer), alike, RandomTown.Day.AddDays(day))),
        ];
        orders.Distinct().Count().ShouldBe(100);
        Order(Ranking.Rank(Adult(100), alike, RandomTown.Day)).ShouldBe(orders[0], "however often one asks");

        // Nobody has a place of their own in it: over many days each is as often in the first half as any other.
        int[] firstHalf = new int[16];
        for (int day = 0; day < 2_000; day++)
        {
            foreach (RankedPerson one in Ranking.Rank(Adult(100), alike, RandomTown.Day.AddDays(day)).Skip(1).Take(7))
            {
                firstHalf[Array.FindIndex(alike, person => person.Id == one.Id)]++;
            }
        }

        firstHalf.Take(15).ShouldAllBe(count => count > 800 && count < 1_070);
        string Order(IReadOnlyList<RankedPerson> ranked) => string.Join(' ', ranked.Select(one => one.Id));
    }

    internal static Viewer Adult(int number, DiscoveryPreferences? wishes = null) =>
        new(RandomTown.Id(number), AgeLayer.Adult, MayMeetStrangers: true, wishes ?? DiscoveryPreferences.Default);

    internal static Candidate Person(int number) => new(
        RandomTown.Id(number), AgeLayer.Adult, Relation.Stranger, AreApart: false, IsAround: true, IsRestricted: false, FindableBy.Everybody,
        LocationTier.Local, TrustBand.Medium, IsInSameRoom: false, IsInTalk: false, CameIn: 0);

    private static void ForAll(Action<RandomTown> holds) => Prop.ForAll(RandomTown.Any, holds).Check(Quietly);

    private static int Reach(Relation relation) => relation switch { Relation.Friend => 1, Relation.FriendOfFriend => 2, _ => 3 };

    private static string Text(IReadOnlyList<RankedPerson> ranked) => string.Join('\n', ranked.Select(one => $"{one.Id} {one.Score} {Factor.Write(one.Factors)}"));

    private static IEnumerable<Candidate> Better(Candidate person)
    {
        if (person.Tier is null or < LocationTier.Immediate)
        {
            yield return person with { Tier = person.Tier is { } tier ? tier + 1 : LocationTier.City };
        }

        if (person.Trust < TrustBand.High)
        {
            yield return person with { Trust = person.Trust + 1 };
        }

        if (!person.IsInSameRoom)
        {
            yield return person with { IsInSameRoom = true };
        }

        if (!person.IsInTalk)
        {
            yield return person with { IsInTalk = true };
        }
    }

    /// <summary>How many of the others stand above somebody, among all who can be shown.</summary>
    private static (int Above, bool IsRepeated) Place(RandomTown town, Candidate before, Candidate now)
    {
        IReadOnlyList<RankedPerson> all = Ranking.Rank(
            town.Viewer, town.People.Select(person => person.Id == before.Id ? now : person), RandomTown.Day, int.MaxValue);
        for (int at = 0; at < all.Count; at++)
        {
            if (all[at].Id == now.Id)
            {
                return (at, all[at].Factors[^1].Code == FactorCode.Repeated);
            }
        }

        return (int.MaxValue, false);
    }
}
