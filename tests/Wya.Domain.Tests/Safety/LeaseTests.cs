using Shouldly;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Safety.CaseSpec;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

public sealed class LeaseTests
{
    [Fact]
    public void A_case_is_one_moderators_for_half_an_hour()
    {
        ClaimCase.Decide(Given(Reported(Report)), Mara, Ines, Now).Then(new CaseClaimed(Mara.Id, Ines.Ref, Now.AddMinutes(30)));
        ClaimCase.Decide(Given(ClaimedBy(Ines)), Mara, Teo, Now).ThenRefused(SafetyRefusals.CaseClaimedByOther);
        ClaimCase.Decide(Given(ClaimedBy(Ines)), Mara, Ines, Now).Then(new CaseClaimed(Mara.Id, Ines.Ref, Now.AddMinutes(30)));
        ClaimCase.Decide(Given(ClaimedBy(Ines, Now)), Mara, Teo, Now).Then(new CaseClaimed(Mara.Id, Teo.Ref, Now.AddMinutes(30)));
        ClaimCase.Decide(Given(ClaimedBy(Ines, Now.AddMinutes(30))), Mara, Ines, Now).ThenNothing();
    }

    [Fact]
    public void Only_ones_own_claim_is_left()
    {
        ReleaseCase.Decide(Given(ClaimedBy(Ines)), Mara, Ines, Now).Then(new CaseReleased(Mara.Id));
        ReleaseCase.Decide(Given(ClaimedBy(Ines)), Mara, Teo, Now).ThenNothing();
        ReleaseCase.Decide(Given(ClaimedBy(Ines, Now)), Mara, Ines, Now).ThenNothing();
        ReleaseCase.Decide(Given(), Mara, Ines, Now).ThenNothing();
    }

    public static TheoryData<string> Decisions => [.. Decided.Keys];

    /// <summary>Everything that decides about a person.</summary>
    private static readonly Dictionary<string, Func<Case, Decision<CaseEvent>>> Decided = new()
    {
        ["clear"] = state => ClearCase.Decide(state, new ClearCase("Nothing in it.", AnswerReports.None), Mara, Ines, Now),
        ["act"] = state => TakeAction.Decide(state, Act(), Mara, Ines, Now),
        ["propose a ban"] = state => TakeAction.Decide(state, Act(CaseActionKind.Ban), Mara, Ines, Now),
        ["approve a ban"] = state => ApproveBan.Decide(state, new ApproveBan(ProposalId, ActionId, new("a", "b", "c", "d"), AnswerReports.None), Mara, Ines, Now),
        ["decline a ban"] = state => DeclineBan.Decide(state, new DeclineBan(ProposalId, "Too much."), Mara, Ines, Now),
        ["reverse"] = state => ReverseAction.Decide(state, new ReverseAction(ActionId, "It was wrong."), Mara, Ines, Now),
        ["resolve an appeal"] = state => ResolveAppeal.Decide(state, new ResolveAppeal(AppealId, AppealOutcome.Upheld, "It stands."), Mara, Ines, Now),
        ["ungroup"] = state => UngroupReports.Decide(state, new UngroupReports(WereDismissed: false), Mara, Ines, Now),
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public void Nothing_is_decided_without_ones_own_claim(string decision)
    {
        CaseEvent[] before = [Reported(Report), Warned(Teo), Appealed, new ReportsGrouped(Mara.Id, Mara.Ref)];
        CaseEvent[] opened = decision is "propose a ban" ? before : [.. before, Proposed(Teo)];

        Decided[decision](Given(opened)).ThenRefused(SafetyRefusals.CaseNotClaimed);
        Decided[decision](Given([.. opened, ClaimedBy(Teo)])).ThenRefused(SafetyRefusals.CaseClaimedByOther);
        Decided[decision](Given([.. opened, ClaimedBy(Ines, Now)])).ThenRefused(SafetyRefusals.CaseNotClaimed);
        Decided[decision](Given([.. opened, ClaimedBy(Ines)])).ThenRecorded();
    }

    [Fact]
    public void Who_has_to_do_with_the_person_is_in_conflict()
    {
        ConflictOfInterest.Exists(Ines.Id, Mara.Id, new ModeratorTies(false, false)).ShouldBeFalse();
        ConflictOfInterest.Exists(Mara.Id, Mara.Id, new ModeratorTies(false, false)).ShouldBeTrue();
        ConflictOfInterest.Exists(Ines.Id, Mara.Id, new ModeratorTies(true, false)).ShouldBeTrue();
        ConflictOfInterest.Exists(Ines.Id, Mara.Id, new ModeratorTies(false, true)).ShouldBeTrue();
    }
}
