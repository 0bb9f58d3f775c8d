using System.Text.Json;
using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Graph.Events.TrustEvidence;
using static Wya.Domain.Tests.Graph.TrustSpec;

namespace Wya.Domain.Tests.Graph;

public sealed class UpdateTrustTests
{
    [Fact]
    public void Everybody_starts_at_neutral_in_every_factor()
    {
        TrustPoint start = new TrustSpec().At(Day(5, 5));
        start.Score.ShouldBe(0.5m);
        TrustFactors.All.ShouldAllBe(rule => start.Shown(rule.Factor) == 0.5m);
        TrustFactors.All.Sum(rule => rule.Weight).ShouldBe(1m);
        TrustFactors.All.Select(rule => rule.Factor).ShouldBe(Enum.GetValues<TrustFactor>());
    }

    [Fact]
    public void What_happens_in_a_month_counts_from_the_first_of_the_next()
    {
        TrustSpec mara = new TrustSpec().Happens(Welcomed, Day(3, 2), times: 2);
        mara.Score(Day(3, 31, 23)).ShouldBe(0.5m);
        TrustPoint counted = mara.At(Day(4, 1, 0));
        counted.InteractionQuality.ShouldBe(0.53, 1e-6); // two steps of 0.03, of the half that is left
        (counted.Shown(TrustFactor.Consistency), counted.Shown(TrustFactor.ModerationOutcomes)).ShouldBe((0.54m, 0.53m)); // a month in which she took part
        counted.Score.ShouldBe((0.30m * 0.53m) + (0.25m * 0.53m) + (0.20m * 0.5m) + (0.15m * 0.54m) + (0.10m * 0.5m));
    }

    [Fact]
    public void A_moderators_decision_counts_at_once_and_its_reversal_leaves_no_trace()
    {
        TrustSpec without = new TrustSpec().Happens(Welcomed, Day(3, 2)).Happens(Contributed, Day(4, 20));
        TrustSpec with = new TrustSpec().Happens(Welcomed, Day(3, 2)).Happens(Moderated, Day(3, 9), action: Mute);
        with.At(Day(3, 9)).ModerationOutcomes.ShouldBe(0.375);
        with.At(Day(4, 9)).ModerationOutcomes.ShouldBeInRange(0.40, 0.42); // with the month in which she took part
        with.Happens(ModerationReversed, Day(4, 15), action: Mute).Happens(Contributed, Day(4, 20));
        foreach (DateTimeOffset later in new[] { Day(4, 20), Day(5, 1), Day(12, 24) })
        {
            with.At(later).ShouldBe(without.At(later));
        }
    }

    [Fact]
    public void The_same_decision_and_the_same_reversal_are_recorded_once()
    {
        TrustSpec mara = new TrustSpec().Happens(ModerationReversed, Day(3, 1), action: Mute);
        mara.Recorded.ShouldBe(0); // nothing to take back
        mara.Happens(Moderated, Day(3, 2), times: 2, Mute).Happens(ModerationReversed, Day(3, 3), times: 2, Mute).Recorded.ShouldBe(2);
    }

    [Fact]
    public void One_or_two_who_turn_away_are_never_seen_in_a_score()
    {
        TrustSpec mara = new TrustSpec().Happens(TurnedAway, Day(3, 2), times: 2);
        mara.Score(Day(4, 1)).ShouldBe(0.5m);
        mara.Happens(TurnedAway, Day(3, 20));
        mara.Score(Day(3, 31)).ShouldBe(0.5m); // nor when the third one did
        mara.At(Day(4, 1, 0)).InteractionQuality.ShouldBe(0.5 * (1 - 0.09), 1e-6);
    }

    [Fact]
    public void What_the_running_month_has_brought_is_told_to_nobody()
    {
        TrustSpec quiet = new TrustSpec().Happens(Welcomed, Day(2, 2));
        TrustSpec turned = new TrustSpec().Happens(Welcomed, Day(2, 2)).Happens(TurnedAway, Day(3, 2), times: 5);
        Told(turned, Day(3, 31, 23)).ShouldBe(Told(quiet, Day(3, 31, 23)));
        Told(turned, Day(4, 1, 0)).ShouldContain("Down: several people turned you away in March 2026.");
        Told(turned, Day(4, 1, 0)).ShouldContain("Up: somebody new befriended or answered you in February 2026.");
    }

    [Fact]
    public void Five_hundred_who_turn_away_take_no_more_than_the_bound()
    {
        TrustSpec mara = new TrustSpec().Happens(TurnedAway, Day(3, 2), times: 500);
        TrustPoint after = mara.At(Day(4, 1, 0));
        (TrustFactors.Neutral - after.InteractionQuality).ShouldBeInRange(0.01, TrustRules.TurnedAwayStepMax);
        (0.5m - after.Score).ShouldBeLessThanOrEqualTo(0.30m * (decimal)TrustRules.TurnedAwayStepMax);
        mara.Recorded.ShouldBe(5, "what counts for nothing is not recorded");
    }

    [Fact]
    public void What_is_below_neutral_recovers_by_itself_up_to_neutral_and_no_further()
    {
        TrustFactorRule kept = TrustFactors.Of(TrustFactor.Consistency); // no decay: what is seen is the recovery alone
        kept.Aged(0.3, TrustFactors.Month).ShouldBe(0.31, 1e-9);
        kept.Aged(0.3, 20 * TrustFactors.Month).ShouldBe(0.5, 1e-9);
        kept.Aged(0.3, 200 * TrustFactors.Month).ShouldBe(0.5);
        kept.Aged(0.8, 200 * TrustFactors.Month).ShouldBe(0.8);
    }

    [Theory]
    [InlineData(TrustFactor.InteractionQuality, 0.05)]
    [InlineData(TrustFactor.ModerationOutcomes, 0.02)]
    [InlineData(TrustFactor.ReportAccuracy, 0.10)]
    [InlineData(TrustFactor.Consistency, 0)]
    [InlineData(TrustFactor.Contribution, 0.05)]
    public void What_is_above_neutral_fades_at_its_own_rate(TrustFactor factor, double decay) =>
        TrustFactors.Of(factor).Aged(0.9, TrustFactors.Month).ShouldBe(0.5 + (0.4 * (1 - decay)), 1e-9);

    [Fact]
    public void What_is_told_late_counts_with_what_was_told_before_and_undoes_nothing()
    {
        TrustSpec mara = new TrustSpec().Happens(Contributed, Day(4, 9)).Happens(Moderated, Day(4, 10), action: Mute).Happens(Welcomed, Day(3, 2));
        mara.At(Day(4, 11)).ModerationOutcomes.ShouldBe(0.375, 2e-3);
        mara.At(Day(4, 30)).InteractionQuality.ShouldBe(0.5);
        mara.At(Day(5, 1)).InteractionQuality.ShouldBe(0.515, 1e-4);
    }

    [Fact]
    public void A_year_of_taking_part_earns_what_trust_earns()
    {
        var mara = new TrustSpec();
        mara.Happens(Verified, Day(1, 2));
        for (int month = 1; month <= 12; month++)
        {
            mara.Happens(Welcomed, Day(month, 3), times: 5).Happens(Contributed, Day(month, 4));
        }

        mara.Score(Day(12, 31)).ShouldBeInRange(0.70m, 0.80m);
    }

    [Fact]
    public void Nothing_is_recorded_of_the_erased()
    {
        TrustSpec mara = new TrustSpec().Happens(Welcomed, Day(3, 2));
        mara.Take(EraseTrust.Decide(mara.Ledger, new EraseTrust(Mara))).Take(EraseTrust.Decide(mara.Ledger, new EraseTrust(Mara)));
        mara.Happens(Welcomed, Day(4, 2)).Happens(Moderated, Day(4, 2), action: Mute).Recorded.ShouldBe(2);
        mara.Score(Day(5, 2)).ShouldBe(0.5m);
    }

    [Fact]
    public void Every_fact_of_trust_changes_it()
    {
        TrustEvent[] facts = [new TrustUpdated(Mara, Moderated, Day(3, 2), TrustCourse.Neutral, Mute), new TrustErased(Mara)];
        facts.ShouldAllBe(fact => TrustLedger.Evolve(TrustLedger.Neutral, fact) != TrustLedger.Neutral);
        facts.Select(fact => fact.GetType())
            .ShouldBe(typeof(TrustEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TrustEvent))), ignoreOrder: true);
    }

    [Fact]
    public void A_persons_stream_is_their_own_and_not_their_id()
    {
        TrustLedger.StreamOf(Mara).ShouldBe(TrustLedger.StreamOf(Mara));
        TrustLedger.StreamOf(Mara).ShouldNotBe(Mara.Value);
        TrustLedger.Stream.Name.ShouldBe("trust");
    }

    private static string Told(TrustSpec person, DateTimeOffset time) =>
        JsonSerializer.Serialize(TrustExplanation.Of(person.Ledger, time), EventJson.Options);
}
