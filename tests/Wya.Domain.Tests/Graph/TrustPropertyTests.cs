using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Xunit;
using static Wya.Domain.Tests.Graph.TrustSpec;

namespace Wya.Domain.Tests.Graph;

/// <summary>What holds for everybody's trust, whatever happens and in whatever order it is told.</summary>
public sealed class TrustPropertyTests
{
    private const double Nearly = 1e-9;

    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(150).WithQuietOnSuccess(true);

    private static readonly TrustEvidence[] Counted = [.. TrustRules.Table.Select(rule => rule.Evidence)];

    private static readonly Gen<Happening> Happenings =
        from evidence in Gen.Elements(Enum.GetValues<TrustEvidence>())
        from day in Gen.Choose(0, 900)
        from action in Gen.Choose(1, 4)
        select new Happening(evidence, day, action);

    /// <summary>Mostly in the order of time, as logs are followed; some are told late.</summary>
    private static readonly Arbitrary<Life> Lives =
        (from happenings in Gen.ListOf(Happenings)
         from late in Gen.Choose(0, 40)
         from place in Gen.Choose(0, 100)
         from months in Gen.Choose(0, 60)
         select new Life([.. happenings.OrderBy(one => one.Day + (one.Action * late))], place, months)).ToArbitrary();

    [Fact]
    public void Every_factor_and_the_score_stay_between_0_and_1() => ForAll(life =>
    {
        TrustSpec trust = Live(life.Happenings);
        foreach (DateTimeOffset time in life.Times)
        {
            TrustPoint point = trust.At(time);
            All(factor => point[factor] >= 0 && point[factor] <= 1);
            point.Score.ShouldBeInRange(0, 1);
        }
    });

    [Fact]
    public void What_is_explained_adds_up_to_the_score_exactly() => ForAll(life =>
    {
        TrustSpec trust = Live(life.Happenings);
        foreach (DateTimeOffset time in life.Times)
        {
            TrustExplanation explained = TrustExplanation.Of(trust.Ledger, time);
            explained.Score.ShouldBe(trust.Score(time));
            explained.Factors.Sum(factor => factor.Contribution).ShouldBe(explained.Score);
            explained.Factors.All(factor => factor.Contribution == factor.Weight * factor.Value && factor.Improve.Length > 0).ShouldBeTrue();
            explained.Factors.All(factor => factor.Value == 0.5m || factor.MovedBy.Count > 0).ShouldBeTrue();
        }
    });

    [Fact]
    public void Whatever_speaks_for_somebody_never_lowers_and_whatever_speaks_against_never_raises() => ForAll(life =>
    {
        TrustSpec before = Live(life.Happenings);
        foreach (TrustEvidence evidence in Enum.GetValues<TrustEvidence>().Where(one => one != TrustEvidence.ModerationReversed))
        {
            bool isGood = (TrustRules.For(evidence)?.Step ?? -TrustRules.ModeratedStep) > 0;
            TrustSpec after = Live(life.Happenings).Happens(evidence, Time(900), action: Action(9));
            foreach (DateTimeOffset time in life.Times)
            {
                foreach (TrustFactor factor in Enum.GetValues<TrustFactor>())
                {
                    double moved = after.At(time)[factor] - before.At(time)[factor];
                    ((isGood ? moved : -moved) >= -Nearly).ShouldBeTrue();
                }
            }
        }
    });

    [Fact]
    public void To_take_a_decision_back_is_as_if_it_had_never_been() => ForAll(life =>
    {
        int place = Math.Min(life.Place, life.Happenings.Count);
        List<Happening> with = [.. life.Happenings];
        with.Insert(place, new Happening(TrustEvidence.Moderated, place == 0 ? 0 : life.Happenings[place - 1].Day, 9));
        TrustSpec restored = Live(with).Happens(TrustEvidence.ModerationReversed, Time(900), action: Action(9));
        TrustSpec never = Live(life.Happenings);
        foreach (DateTimeOffset time in life.Times)
        {
            All(factor => restored.At(time).Shown(factor) == never.At(time).Shown(factor));
            All(factor => Math.Abs(restored.At(time)[factor] - never.At(time)[factor]) < 1e-12);
        }
    }, whileStepsAreKept: true);

    [Fact]
    public void To_age_twice_is_to_age_once_and_always_towards_neutral() => Prop.ForAll(
        (from factor in Gen.Elements(Enum.GetValues<TrustFactor>())
         from value in Gen.Choose(0, 1000)
         from other in Gen.Choose(0, 1000)
         from first in Gen.Choose(0, 2000)
         from second in Gen.Choose(0, 2000)
         select (factor, value / 1000.0, other / 1000.0, TimeSpan.FromDays(first), TimeSpan.FromDays(second))).ToArbitrary(),
        one =>
        {
            (TrustFactor factor, double value, double other, TimeSpan first, TimeSpan second) = one;
            TrustFactorRule rule = TrustFactors.Of(factor);
            rule.Aged(rule.Aged(value, first), second).ShouldBe(rule.Aged(value, first + second), 1e-9);
            Math.Abs(rule.Aged(value, first) - 0.5).ShouldBeLessThanOrEqualTo(Math.Abs(value - 0.5));
            ((rule.Aged(value, first) - 0.5) * (value - 0.5)).ShouldBeGreaterThanOrEqualTo(0, "it never crosses neutral");
            if (value <= other)
            {
                rule.Aged(value, first).ShouldBeLessThanOrEqualTo(rule.Aged(other, first));
            }
        }).Check(Quietly);

    [Fact]
    public void The_course_that_is_announced_is_the_ledger_folded_anew() => ForAll(life =>
    {
        TrustLedger ledger = Live(life.Happenings).Ledger;
        foreach (DateTimeOffset time in life.Times)
        {
            TrustPoint announced = ledger.Course.At(time);
            TrustPoint folded = ledger.CourseFrom(time).Now;
            All(factor => Math.Abs(announced[factor] - folded[factor]) < Nearly);
        }
    });

    [Fact]
    public void A_stream_grows_by_a_few_events_a_month_and_its_state_by_none()
    {
        var trust = new TrustSpec();
        for (int month = 0; month < 240; month++)
        {
            foreach (TrustEvidence evidence in Counted)
            {
                trust.Happens(evidence, Day(1, 15).AddMonths(month), times: 30);
            }
        }

        trust.Recorded.ShouldBe(240 * TrustRules.Table.Sum(rule => rule.CountMax));
        trust.Ledger.Histories.ShouldAllBe(history => history.Steps.Count <= TrustHistory.StepsMax);
    }

    private static void ForAll(Action<Life> holds, bool whileStepsAreKept = false) => Prop.ForAll(Lives, life =>
    {
        // Steps of long ago are one with the start: then there is nothing left that could be taken out.
        if (!whileStepsAreKept || life.Happenings.Count < TrustHistory.StepsMax)
        {
            holds(life);
        }
    }).Check(Quietly);

    private static void All(Predicate<TrustFactor> holds) => Array.TrueForAll(Enum.GetValues<TrustFactor>(), holds).ShouldBeTrue();

    private static TrustSpec Live(IEnumerable<Happening> happenings)
    {
        var trust = new TrustSpec();
        foreach (Happening one in happenings)
        {
            trust.Happens(one.Evidence, Time(one.Day), action: Action(one.Action));
        }

        return trust;
    }

    private static DateTimeOffset Time(int day) => Day(1, 1).AddDays(day);

    private static Guid Action(int number) => new(number, 0, 0, new byte[8]);

    /// <param name="Action">Which of the moderators' decisions, if it is about one.</param>
    private sealed record Happening(TrustEvidence Evidence, int Day, int Action);

    private sealed record Life(IReadOnlyList<Happening> Happenings, int Place, int Months)
    {
        public IEnumerable<DateTimeOffset> Times => [Time(901), Time(930), Time(960).AddMonths(Months)];
    }
}
