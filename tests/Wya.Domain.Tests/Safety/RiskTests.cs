using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Safety.IntakeSpec;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

public sealed class RiskTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true);

    private static readonly Gen<CaseEvent> Facts =
        from what in Gen.Choose(0, 5)
        from number in Gen.Choose(1, 12)
        from hours in Gen.Choose(-2000, 0)
        from weight in Gen.Choose(0, 100)
        select (CaseEvent)(what switch
        {
            0 or 1 => new SignalRecorded(Robin, (SignalKind)(number % 7), "messaging", Now.AddHours(hours), weight / 100.0),
            2 or 3 => Report(number).Decide(Given()).Events[0],
            4 => number % 2 == 0 ? Warned(Now.AddHours(hours), number) : Banned(Now.AddHours(hours), number),
            _ => new ActionReversed(Id(number)),
        });

    private static readonly Arbitrary<(Case State, DateTimeOffset RegisteredAt, int First, int Second)> Histories =
        (from facts in Gen.ListOf(Facts)
         from days in Gen.Choose(0, 60)
         from first in Gen.Choose(0, 400)
         from second in Gen.Choose(0, 400)
         select (Given([.. facts]), Now.AddDays(-days), first, second)).ToArbitrary();

    [Fact]
    public void The_score_and_its_parts_stay_between_0_and_1() => Prop.ForAll(Histories, history =>
    {
        RiskParts parts = Risk.Parts(history.State, history.RegisteredAt, Now.AddHours(history.First));
        foreach (double part in (double[])[parts.Signals, parts.History, parts.Context, parts.Age, Risk.Score(parts)])
        {
            part.ShouldBeInRange(0, 1);
        }
    }).Check(Quietly);

    [Fact]
    public void With_nothing_new_the_score_only_falls() => Prop.ForAll(Histories, history =>
    {
        double early = Score(history.State, history.RegisteredAt, Now.AddHours(history.First));
        double late = Score(history.State, history.RegisteredAt, Now.AddHours(history.First + history.Second));
        late.ShouldBeLessThanOrEqualTo(early);
    }).Check(Quietly);

    [Fact]
    public void Something_new_never_lowers_the_score() => Prop.ForAll(Histories, history =>
    {
        double before = Score(history.State, history.RegisteredAt, Now);
        foreach (SignalKind kind in Enum.GetValues<SignalKind>())
        {
            Case after = Case.Evolve(history.State, new SignalRecorded(Robin, kind, "messaging", Now, 0.5));
            Score(after, history.RegisteredAt, Now).ShouldBeGreaterThanOrEqualTo(before - 1e-9);
        }
    }).Check(Quietly);

    [Fact]
    public void A_level_climbs_one_step_at_a_time_and_once_a_day() => Prop.ForAll(Histories, history =>
    {
        Case state = history.State;
        List<RiskAssessed> climbs = [];
        for (int hour = 0; hour < 100; hour += 5)
        {
            foreach (SignalKind kind in Enum.GetValues<SignalKind>())
            {
                DateTimeOffset at = Now.AddHours(hour);
                Decision<CaseEvent> decided = RecordSignal.Decide(state, Signal(kind, at, 0.9), history.RegisteredAt, at);
                climbs.AddRange(decided.Events.OfType<RiskAssessed>());
                state = state.Then(decided);
            }
        }

        climbs.ShouldAllBe(climb => climb.To == climb.From + 1);
        climbs.Zip(climbs.Skip(1)).ShouldAllBe(pair => pair.Second.At - pair.First.At >= Risk.ClimbsEvery);
        climbs.Count.ShouldBeGreaterThan(0);
    }).Check(Quietly);

    [Fact]
    public void Reports_and_blocks_of_a_crowd_lead_nobody_beyond_intervene()
    {
        Case state = Given();
        for (int day = 0; day < 60; day++)
        {
            DateTimeOffset at = Now.AddDays(day);
            for (int reporter = 1; reporter <= 8; reporter++)
            {
                state = state.Reports(Report((day * 8) + reporter), at);
            }

            state = state.Notices(SignalKind.ManyBlocks, at, registeredAt: at);
        }

        DateTimeOffset end = Now.AddDays(60);
        Risk.LevelOf(Score(state, end, end)).ShouldBe(RiskLevel.Intervene, "the most that it comes to, for somebody who registered just now");
        (state.Level <= RiskLevel.Intervene).ShouldBeTrue();
        state.Actions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.2999, RiskLevel.Monitor)]
    [InlineData(0.3, RiskLevel.Guide)]
    [InlineData(0.4999, RiskLevel.Guide)]
    [InlineData(0.5, RiskLevel.Intervene)]
    [InlineData(0.6999, RiskLevel.Intervene)]
    [InlineData(0.7, RiskLevel.Protect)]
    [InlineData(1, RiskLevel.Protect)]
    public void Levels_begin_where_they_are_said_to(double score, RiskLevel level) => Risk.LevelOf(score).ShouldBe(level);

    [Fact]
    public void It_fades_by_5_percent_a_day()
    {
        Case state = Given(new SignalRecorded(Robin, SignalKind.CrossLayerAttempt, "identity", Now, 0.5), Warned(Now));
        RiskParts today = Risk.Parts(state, LongAgo, Now), tomorrow = Risk.Parts(state, LongAgo, Now.AddDays(1));
        tomorrow.Signals.ShouldBe(today.Signals * 0.95, 1e-4);
        tomorrow.History.ShouldBe(today.History * 0.95, 1e-4);
    }

    [Fact]
    public void What_was_taken_back_never_was()
    {
        Case never = Given(Warned(Now, 1));
        Case reversed = Given(Warned(Now, 1), Banned(Now, 2), new ActionReversed(Id(2)));
        Score(reversed, LongAgo, Now).ShouldBe(Score(never, LongAgo, Now));
    }

    [Fact]
    public void A_new_account_weighs_a_tenth_and_less_each_day()
    {
        Score(Given(), Now, Now).ShouldBe(0.1);
        Score(Given(), Now, Now.AddDays(15)).ShouldBe(0.05);
        Score(Given(), Now, Now.AddDays(30)).ShouldBe(0);
        Score(Given(), null, Now).ShouldBe(0.1, "somebody who is not known yet is new");
    }

    [Fact]
    public void The_daily_look_lets_a_level_fall_and_never_climb()
    {
        Case state = Given().Notices(SignalKind.Content, weight: 0.9).Notices(SignalKind.CrossLayerAttempt);
        state.Level.ShouldBe(RiskLevel.Guide);
        AssessRisk.Decide(state, LongAgo, Now).Events.ShouldBeEmpty();
        RiskAssessed fallen = AssessRisk.Decide(state, LongAgo, Now.AddDays(30)).Events.ShouldHaveSingleItem().ShouldBeOfType<RiskAssessed>();
        (fallen.From, fallen.To).ShouldBe((RiskLevel.Guide, RiskLevel.Monitor));
        Case higher = Case.Evolve(state.Notices(SignalKind.MessageFlood, weight: 1).Notices(SignalKind.ReportFlood, weight: 1), Banned(Now));
        (Risk.LevelOf(Score(higher, LongAgo, Now)) > higher.Level).ShouldBeTrue();
        AssessRisk.Decide(higher, LongAgo, Now.AddDays(1)).Events.ShouldBeEmpty();
        AssessRisk.Decide(Case.Empty, LongAgo, Now).Events.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_that_is_noticed_restricts_anybody()
    {
        Case state = Given();
        for (int day = 0; day < 20; day++)
        {
            foreach (SignalKind kind in Enum.GetValues<SignalKind>())
            {
                state = state.Notices(kind, Now.AddDays(day), 1, registeredAt: Now);
            }
        }

        state.Level.ShouldBe(RiskLevel.Guide, "signals alone weigh 0.4, and an account's age less than 0.1");
        state.Actions.ShouldBeEmpty();
    }

    private static double Score(Case state, DateTimeOffset? registeredAt, DateTimeOffset now) => Risk.Score(Risk.Parts(state, registeredAt, now));
}
