using Shouldly;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Xunit;
using static Wya.Domain.Tests.Safety.CaseSpec;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

/// <summary>What one moderator never does alone: ban, and judge their own decision.</summary>
public sealed class TwoPeopleTests
{
    private static readonly ApproveBan Approval = new(ProposalId, ActionId, new("What.", "Facts.", "Ground.", "Appeal."), AnswerReports.None);

    [Fact]
    public void A_ban_is_proposed_and_leaves_the_case_to_another()
    {
        Case open = Given(Reported(Report), ClaimedBy(Ines));
        IReadOnlyList<CaseEvent> facts = TakeAction.Decide(open, Act(CaseActionKind.Ban), Mara, Ines, Now).ThenRecorded();
        facts.Select(fact => fact.GetType()).ShouldBe([typeof(BanProposed), typeof(CaseReleased)]);
        Case proposed = Case.Stream.Fold(open, facts);
        proposed.Actions.ShouldBeEmpty();
        TakeAction.Decide(Case.Evolve(proposed, ClaimedBy(Teo)), Act(CaseActionKind.Ban), Mara, Teo, Now).ThenRefused(SafetyRefusals.BanAlreadyProposed);
    }

    [Fact]
    public void A_ban_needs_a_second_person()
    {
        ApproveBan.Decide(Given(Proposed(Ines), ClaimedBy(Ines)), Approval, Mara, Ines, Now).ThenRefused(SafetyRefusals.SecondPersonNeeded);
        Case ready = Given(Reported(Report), Proposed(Ines), ClaimedBy(Teo));
        var banned = (BanApplied)ApproveBan.Decide(ready, Approval, Mara, Teo, Now).ThenRecorded().ShouldHaveSingleItem();
        (banned.Basis.By, banned.ProposalId).ShouldBe((Teo.Ref, ProposalId));
        Case after = Case.Evolve(ready, banned);
        after.Actions[0].ProposedBy.ShouldBe(Ines.Ref);
        ApproveBan.Decide(after, Approval, Mara, Teo, Now).ThenRefused(SafetyRefusals.ProposalNotFound);
    }

    [Fact]
    public void A_proposal_is_declined_by_another_or_by_who_thought_again()
    {
        var decline = new DeclineBan(ProposalId, "Too much.");
        foreach (Moderator moderator in new[] { Ines, Teo })
        {
            Case ready = Given(Proposed(Ines), ClaimedBy(moderator));
            CaseEvent declined = DeclineBan.Decide(ready, decline, Mara, moderator, Now).ThenRecorded().ShouldHaveSingleItem();
            Case after = Case.Evolve(ready, declined);
            after.BanProposals.ShouldBeEmpty();
            DeclineBan.Decide(after, decline, Mara, moderator, Now).ThenRefused(SafetyRefusals.ProposalNotFound);
        }
    }

    [Fact]
    public void An_action_is_appealed_once_and_within_six_months()
    {
        var appeal = new SubmitAppeal(AppealId, ActionId, "It was a joke.");
        Case warned = Given(Warned(Ines));
        SubmitAppeal.Decide(warned, appeal, Mara, Now + SafetyPolicy.AppealWithin).Then(Appealed);
        SubmitAppeal.Decide(warned, appeal, Mara, Now + SafetyPolicy.AppealWithin + TimeSpan.FromSeconds(1)).ThenRefused(SafetyRefusals.AppealTooLate);
        SubmitAppeal.Decide(Given(Warned(Ines), Appealed), appeal, Mara, Now).ThenRefused(SafetyRefusals.AppealMade);
        SubmitAppeal.Decide(Given(Warned(Ines), new ActionReversed(ActionId)), appeal, Mara, Now).ThenRefused(SafetyRefusals.ActionReversed);
        SubmitAppeal.Decide(Given(Reported(Report)), appeal, Mara, Now).ThenRefused(SafetyRefusals.ActionNotFound);
        SubmitAppeal.Decide(warned, appeal with { Words = "" }, Mara, Now).ThenRefused(SafetyRefusals.WordsInvalid);
        SafetyPolicy.AppealWithin.ShouldBeGreaterThanOrEqualTo(Now.AddMonths(6) - Now);
    }

    [Fact]
    public void An_appeal_is_decided_by_somebody_who_had_no_part_in_the_decision()
    {
        var upheld = new ResolveAppeal(AppealId, AppealOutcome.Upheld, "It stands.");
        ResolveAppeal.Decide(Given(Warned(Ines), Appealed, ClaimedBy(Ines)), upheld, Mara, Ines, Now).ThenRefused(SafetyRefusals.SecondPersonNeeded);
        Case banned = Given(Proposed(Ines), new BanApplied(ActionId, Mara.Id, ProposalId, Basis(Teo), Statement), Appealed);
        foreach (Moderator involved in new[] { Ines, Teo })
        {
            ResolveAppeal.Decide(Case.Evolve(banned, ClaimedBy(involved)), upheld, Mara, involved, Now).ThenRefused(SafetyRefusals.SecondPersonNeeded);
        }

        Case ready = Given(Warned(Ines), Appealed, ClaimedBy(Teo));
        Case after = Case.Stream.Fold(ready, ResolveAppeal.Decide(ready, upheld, Mara, Teo, Now).ThenRecorded());
        after.Actions[0].IsReversed.ShouldBeFalse();
        ResolveAppeal.Decide(after, upheld, Mara, Teo, Now).ThenNothing();
        ResolveAppeal.Decide(after, upheld with { Outcome = AppealOutcome.Overturned }, Mara, Teo, Now).ThenRefused(SafetyRefusals.AppealDecided);
        ResolveAppeal.Decide(Given(Warned(Ines), ClaimedBy(Teo)), upheld, Mara, Teo, Now).ThenRefused(SafetyRefusals.AppealNotFound);
    }

    [Fact]
    [Trait("seed", "7.2")]
    public void What_does_not_stand_is_taken_back_in_the_same_moment()
    {
        var overturned = new ResolveAppeal(AppealId, AppealOutcome.Overturned, "It was a quotation.");
        Case ready = Given(Warned(Ines), Appealed, ClaimedBy(Teo));
        IReadOnlyList<CaseEvent> facts = ResolveAppeal.Decide(ready, overturned, Mara, Teo, Now).ThenRecorded();
        facts[1].ShouldBe(new ActionReversed(ActionId, Mara.Seal("It was a quotation."), AppealId, Mara.Id.Value));
        Case after = Case.Stream.Fold(ready, facts);
        after.Actions[0].IsReversed.ShouldBeTrue();
        ReverseAction.Decide(after, new ReverseAction(ActionId, "Again."), Mara, Teo, Now).ThenNothing();
        Case reversedBefore = Given(Warned(Ines), Appealed, new ActionReversed(ActionId), ClaimedBy(Teo));
        ResolveAppeal.Decide(reversedBefore, overturned, Mara, Teo, Now).ThenRecorded().ShouldHaveSingleItem();
    }

    [Fact]
    public void Many_reports_of_one_person_are_dismissed_together_and_only_theirs()
    {
        Case open = Given(Reported(Report), Reported(OtherReport, by: 11));
        AnswerReports both = Answers(new ReportAnswer(Report, ReportOutcome.FalseReport), new ReportAnswer(OtherReport, ReportOutcome.FalseReport));
        IReadOnlyList<CaseEvent> facts = DismissReports.Decide(open, both, RefOf(10)).ThenRecorded();
        ((ReportResolved)facts.ShouldHaveSingleItem()).ReportId.ShouldBe(Report);
        DismissReports.Decide(Case.Stream.Fold(open, facts), both, RefOf(10)).ThenNothing();
        UngroupReports.Decide(open, new UngroupReports(WereDismissed: true), Mara, Ines, Now).ThenNothing();
        UngroupReports.Decide(Given(new ReportsGrouped(Mara.Id, Mara.Ref), ClaimedBy(Ines)), new UngroupReports(WereDismissed: true), Mara, Ines, Now)
            .Then(new ReportsUngrouped(Mara.Id, Mara.Ref, WereDismissed: true));
    }
}
