using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Xunit;
using static Wya.Domain.Tests.Safety.CaseSpec;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

public sealed class TakeActionTests
{
    private static readonly Case Open = Given(Reported(Report), Reported(OtherReport, by: 11), ClaimedBy(Ines));

    [Theory]
    [Trait("seed", "7.3")]
    [InlineData(CaseActionKind.Warn, "safety.WarningIssued")]
    [InlineData(CaseActionKind.Mute, "safety.RestrictionApplied")]
    [InlineData(CaseActionKind.Suspend, "safety.SuspensionApplied")]
    public void An_action_is_recorded_with_its_whole_statement(CaseActionKind kind, string expected)
    {
        CaseEvent fact = TakeAction.Decide(Open, Act(kind), Mara, Ines, Now).ThenRecorded().ShouldHaveSingleItem();
        ("safety." + fact.GetType().Name).ShouldBe(expected);
        CaseAction action = Case.Evolve(Open, fact).Actions.ShouldHaveSingleItem();
        (action.Kind, action.By, action.Since).ShouldBe((kind, Ines.Ref, Now));
    }

    [Fact]
    [Trait("seed", "7.3")]
    public void Every_part_of_the_statement_that_is_missing_is_named()
    {
        var nothing = new ActionStatement(null, null, null, " ", null, new string('x', SafetyPolicy.StatementPartCharactersMax + 1), null, null, null, "");
        TakeAction.Decide(Open, Act(CaseActionKind.Suspend, nothing), Mara, Ines, Now).ThenRefused(SafetyRefusals.StatementLacks(
            ["what", "since", "until", "facts", "ground.kind", "ground.text", "category", "automation.detected", "automation.decided", "appeal"]));
        TakeAction.Decide(Open, Act(CaseActionKind.Warn, Complete with { Until = null, Facts = null }), Mara, Ines, Now)
            .ThenRefused(SafetyRefusals.StatementLacks(["facts"]));
        TakeAction.Decide(Open, Act(CaseActionKind.Mute, Complete with { Until = null }), Mara, Ines, Now).ThenRecorded();
    }

    [Fact]
    [Trait("seed", "7.3")]
    public void People_decide_and_no_program() =>
        TakeAction.Decide(Open, Act(CaseActionKind.Mute, Complete with { AutomationDecided = true }), Mara, Ines, Now)
            .ThenRefused(SafetyRefusals.AutomationDecided);

    [Fact]
    public void It_begins_now_and_ends_within_a_year()
    {
        foreach ((ActionStatement statement, CaseActionKind kind) in new[]
        {
            (Complete with { Since = Now.AddDays(-2) }, CaseActionKind.Mute),
            (Complete with { Since = Now.AddHours(1) }, CaseActionKind.Mute),
            (Complete with { Until = Now }, CaseActionKind.Mute),
            (Complete with { Until = Now.AddDays(366) }, CaseActionKind.Suspend),
            (Complete, CaseActionKind.Warn),
            (Complete, CaseActionKind.Ban),
        })
        {
            TakeAction.Decide(Open, Act(kind, statement), Mara, Ines, Now).ThenRefused(SafetyRefusals.ActionTermInvalid);
        }

        TakeAction.Decide(Open, Act(CaseActionKind.Suspend, Complete with { Until = Now.AddDays(365) }), Mara, Ines, Now).ThenRecorded();
    }

    [Fact]
    public void It_names_what_its_kind_needs_and_nothing_else()
    {
        var message = new TakenDownContent(TakenDownKind.Message, ConversationId: Guid.NewGuid(), MessageId: Guid.NewGuid());
        var version = new TakenDownContent(TakenDownKind.RoomVersion, RoomId: Guid.NewGuid(), Version: 3);
        foreach (TakeAction wrong in new[]
        {
            Act(CaseActionKind.Restrict),
            Act(CaseActionKind.Restrict) with { Capability = "everything" },
            Act() with { Capability = Capability.ChatPrivate },
            Act(CaseActionKind.TakeDown),
            Act(CaseActionKind.TakeDown) with { Content = message with { MessageId = null } },
            Act(CaseActionKind.TakeDown) with { Content = version with { Version = 0 } },
            Act(CaseActionKind.TakeDown) with { Content = version with { MessageId = Guid.NewGuid() } },
            Act(CaseActionKind.Mute) with { Content = message },
            Act(CaseActionKind.Ban) with { Reports = Answers(new ReportAnswer(Report, ReportOutcome.Upheld)) },
        })
        {
            TakeAction.Decide(Open, wrong, Mara, Ines, Now).ThenRefused(SafetyRefusals.ActionTargetInvalid);
        }

        TakeAction.Decide(Open, Act(CaseActionKind.Restrict) with { Capability = Capability.ChatPrivate }, Mara, Ines, Now).ThenRecorded();
        TakeAction.Decide(Open, Act(CaseActionKind.TakeDown) with { Content = message }, Mara, Ines, Now).ThenRecorded();
        TakeAction.Decide(Open, Act(CaseActionKind.TakeDown) with { Content = version }, Mara, Ines, Now).ThenRecorded();
    }

    [Fact]
    [Trait("seed", "7.2")]
    public void The_reports_that_it_answers_are_resolved_with_it_and_no_others()
    {
        TakeAction answering = Act() with { Reports = Answers(new ReportAnswer(Report, ReportOutcome.Upheld, "We acted.")) };
        IReadOnlyList<CaseEvent> facts = TakeAction.Decide(Open, answering, Mara, Ines, Now).ThenRecorded();

        facts.Count.ShouldBe(2);
        ((WarningIssued)facts[0]).Basis.FromReport.ShouldBeTrue();
        facts[1].ShouldBe(new ReportResolved(
            Report, ReportOutcome.Upheld, RefOf(10), new(RefOf(10), Person(10).Value), new(RefOf(10), "We acted."), ActionId));
        Case after = Case.Stream.Fold(Open, facts);
        after.OpenReports.Keys.ShouldBe([OtherReport]);
        TakeAction.Decide(after, answering, Mara, Ines, Now).ThenRefused(SafetyRefusals.ReportNotOpen);
        TakeAction.Decide(Open, Act() with { Reports = Answers(new ReportAnswer(Report, ReportOutcome.Upheld, " ")) }, Mara, Ines, Now)
            .ThenRefused(SafetyRefusals.WordsInvalid);
    }

    [Fact]
    public void A_case_that_is_cleared_answers_every_open_report_in_good_faith_unless_it_says_otherwise()
    {
        IReadOnlyList<CaseEvent> facts = ClearCase.Decide(
            Open, new ClearCase("Nothing in it.", Answers(new ReportAnswer(OtherReport, ReportOutcome.FalseReport))), Mara, Ines, Now).ThenRecorded();
        facts.OfType<ReportResolved>().Select(one => (one.ReportId, one.Outcome))
            .ShouldBe([(OtherReport, ReportOutcome.FalseReport), (Report, ReportOutcome.NoViolation)]);
        facts[^1].ShouldBeOfType<CaseCleared>();
        Case.Stream.Fold(Open, facts).OpenReports.ShouldBeEmpty();
    }

    [Fact]
    public void What_decides_nothing_needs_no_claim_and_something_to_say()
    {
        AddNote.Decide(Given(Reported(Report)), new AddNote(ActionId, "Look again."), Mara).Then(new NoteAdded(ActionId, Mara.Id, Mara.Seal("Look again.")));
        AddNote.Decide(Given(Reported(Report)), new AddNote(ActionId, " "), Mara).ThenRefused(SafetyRefusals.WordsInvalid);
        AddNote.Decide(Given(), new AddNote(ActionId, "Look again."), Mara).ThenRefused(SafetyRefusals.CaseNotFound);
        var escalation = new EscalateCase(CasePriority.High, "For a second look.");
        Case escalated = Given(Reported(Report), (CaseEvent)EscalateCase.Decide(Given(Reported(Report)), escalation, Mara).ThenRecorded()[0]);
        EscalateCase.Decide(escalated, escalation, Mara).ThenNothing();
        EscalateCase.Decide(Given(), escalation, Mara).ThenRefused(SafetyRefusals.CaseNotFound);
    }
}
