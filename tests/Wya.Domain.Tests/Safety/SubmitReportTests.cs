using Shouldly;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Safety.IntakeSpec;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

public sealed class SubmitReportTests
{
    [Fact]
    [Trait("seed", "7.5")]
    public void A_report_seals_the_reporter_under_their_key_and_what_they_saw_under_the_other_ones()
    {
        ReportSubmitted report = Report(reporter: 4, words: "They would not stop.").Decide(Given()).Events.ShouldHaveSingleItem().ShouldBeOfType<ReportSubmitted>();
        report.By.Subject.ShouldBe(report.ReporterRef);
        report.By.ValueOr(null!).ShouldBe(new ReporterStatement(User(4), "They would not stop."));
        report.Evidence!.Subject.ShouldBe(RobinsKey);
        report.Priority.ShouldBe(CasePriority.Medium);
    }

    [Fact]
    public void The_same_person_reports_the_same_thing_once_while_it_is_open()
    {
        Case open = Given().Reports(Report(4, id: 1));
        Report(4, id: 2).Decide(open).Events.ShouldBeEmpty();
        SubmitReport.Receipt(open, Report(4, id: 2)).ShouldBe(Id(1));

        Case closed = Case.Evolve(open, Resolved(1));
        Report(4, id: 3).Decide(closed).Events.OfType<ReportSubmitted>().ShouldHaveSingleItem().Evidence.ShouldNotBeNull();
    }

    [Fact]
    public void Others_who_report_the_same_share_what_the_first_one_saw()
    {
        Case open = Given().Reports(Report(4, id: 1));
        ReportSubmitted second = Report(5, id: 2).Decide(open).Events.OfType<ReportSubmitted>().Single();
        second.SameAs.ShouldBe(Id(1));
        second.Evidence.ShouldBeNull();
        ReportSubmitted other = Report(5, subject: 2, id: 3).Decide(open).Events.OfType<ReportSubmitted>().Single();
        other.SameAs.ShouldBeNull();

        // Once the first is decided, the next one of the same is seen anew.
        Case left = Case.Evolve(open.Reports(Report(5, id: 2)), Resolved(1));
        ReportSubmitted third = Report(6, id: 4).Decide(left).Events.OfType<ReportSubmitted>().Single();
        third.SameAs.ShouldBeNull();
        third.Evidence.ShouldNotBeNull();
    }

    [Fact]
    public void A_case_takes_so_many_open_reports_and_gives_a_receipt_for_the_rest()
    {
        Case full = Given();
        for (int reporter = 1; reporter <= SafetyPolicy.OpenReportsMax; reporter++)
        {
            full = full.Reports(Report(reporter, id: reporter));
        }

        SubmitReport late = Report(SafetyPolicy.OpenReportsMax + 1);
        late.Decide(full).Events.ShouldBeEmpty();
        SubmitReport.Receipt(full, late).ShouldBe(Id(1));
        SubmitReport.Receipt(full, late with { Subject = Id(3) }).ShouldBe(Id(1), "whatever it is about");
        full.OpenReports.Count.ShouldBe(SafetyPolicy.OpenReportsMax);
    }

    [Fact]
    public void Nobody_reports_themselves() =>
        Report(4, person: User(4)).Decide(Given()).Refusal.ShouldBe(ReportRefusals.NotOneself);

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    public void Words_are_left_out_or_say_something(string words) => Report(4, words: words).Decide(Given()).Refusal.ShouldBe(ReportRefusals.WordsInvalid);

    [Fact]
    public void Words_have_an_end()
    {
        Report(4, words: new string('a', SafetyPolicy.WordsCharactersMax)).Decide(Given()).Refusal.ShouldBeNull();
        Report(4, words: new string('a', SafetyPolicy.WordsCharactersMax + 1)).Decide(Given()).Refusal.ShouldBe(ReportRefusals.WordsInvalid);
    }

    [Fact]
    public void Each_category_has_a_priority_and_the_worst_come_first()
    {
        Enum.GetValues<Category>().ShouldAllBe(category => Enum.IsDefined(ReportRules.PriorityOf(category)));
        Category[] immediate = [.. Enum.GetValues<Category>().Where(category => ReportRules.PriorityOf(category) == CasePriority.Immediate)];
        immediate.ShouldBe([Category.ChildSafety, Category.Threats, Category.SelfHarm]);
    }

    [Fact]
    public void A_hundred_reporters_lead_to_no_more_than_a_step_a_day_and_to_no_action()
    {
        Case state = Given();
        for (int reporter = 1; reporter <= 100; reporter++)
        {
            state = state.Reports(Report(reporter));
        }

        state.Level.ShouldBe(RiskLevel.Monitor, "reports alone weigh 0.2");
        state.Actions.ShouldBeEmpty();
    }

    [Fact]
    public void Too_many_reports_of_one_person_wait_together_once()
    {
        var command = new GroupReports(Robin, RobinsKey, Now);
        Case grouped = Given().Then(GroupReports.Decide(Given(), command, LongAgo, Now));
        grouped.GroupedAs.ShouldBe(RobinsKey);
        grouped.Signals.ShouldContainKey(SignalKind.ReportFlood);
        GroupReports.Decide(grouped, command, LongAgo, Now).Events.ShouldBeEmpty();
        Case looked = Case.Evolve(grouped, new ReportsUngrouped(Robin, RobinsKey, WereDismissed: false));
        GroupReports.Decide(looked, command, LongAgo, Now).Events.OfType<ReportsGrouped>().ShouldHaveSingleItem();
    }

    private static ReportResolved Resolved(int id) =>
        new(Id(id), ReportOutcome.NoViolation, Id(2_000_004), new Sensitive<Guid>(Id(2_000_004), Id(4)));
}
