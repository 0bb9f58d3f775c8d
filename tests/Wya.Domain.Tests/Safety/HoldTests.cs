using Shouldly;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Xunit;
using static Wya.Domain.Tests.Safety.CaseSpec;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

/// <summary>A legal hold takes two people, has an end, and each step of it is on record.</summary>
public sealed class HoldTests
{
    private static readonly Guid HoldId = new("0197a3d0-77aa-7b11-9c00-000000000009");
    private static readonly ProposeHold Proposal = new(HoldId, HoldClass.CourtOrder, Now.AddDays(90), "Order 12.");
    private static readonly HoldProposed Proposed = new(HoldId, Mara.Id, Ines.Ref, HoldClass.CourtOrder, Now.AddDays(90), Mara.Seal("Order 12."));
    private static readonly HoldPlaced Placed = new(HoldId, Mara.Id, Now.AddDays(90));

    [Fact]
    public void It_is_proposed_by_one_and_placed_by_another()
    {
        Case known = Given(Reported(Report));
        ProposeHold.Decide(known, Proposal, Mara, Ines, Now).Then(Proposed);
        Case proposed = Given(Reported(Report), Proposed);
        proposed.Holds[HoldId].IsPlaced.ShouldBeFalse();
        PlaceHold.Decide(proposed, new PlaceHold(HoldId), Mara, Ines, Now).ThenRefused(SafetyRefusals.SecondPersonNeeded);
        PlaceHold.Decide(proposed, new PlaceHold(HoldId), Mara, Teo, Now).Then(Placed);
        Case placed = Given(Reported(Report), Proposed, Placed);
        placed.Holds[HoldId].IsPlaced.ShouldBeTrue();
        PlaceHold.Decide(placed, new PlaceHold(HoldId), Mara, Teo, Now).ThenNothing();
    }

    [Fact]
    public void It_has_an_end_within_a_year_and_a_ground()
    {
        Case known = Given(Reported(Report));
        foreach (DateTimeOffset end in new[] { Now, Now.AddDays(366) })
        {
            ProposeHold.Decide(known, Proposal with { Until = end }, Mara, Ines, Now).ThenRefused(HoldRefusals.EndInvalid);
        }

        ProposeHold.Decide(known, Proposal with { Ground = " " }, Mara, Ines, Now).ThenRefused(SafetyRefusals.WordsInvalid);
        ProposeHold.Decide(Case.Empty, Proposal, Mara, Ines, Now).ThenRefused(SafetyRefusals.CaseNotFound);
        PlaceHold.Decide(Given(Proposed), new PlaceHold(HoldId), Mara, Teo, Now.AddDays(91)).ThenRefused(HoldRefusals.EndInvalid);
    }

    [Fact]
    public void It_is_ended_once_and_can_be_placed_anew()
    {
        EndHold.Decide(Given(Proposed, Placed), new EndHold(HoldId)).Then(new HoldEnded(HoldId, Mara.Id));
        Case ended = Given(Proposed, Placed, new HoldEnded(HoldId, Mara.Id));
        ended.Holds.ShouldBeEmpty();
        EndHold.Decide(ended, new EndHold(HoldId)).ThenRefused(HoldRefusals.HoldNotFound);
        PlaceHold.Decide(ended, new PlaceHold(HoldId), Mara, Teo, Now).ThenRefused(HoldRefusals.HoldNotFound);
        ProposeHold.Decide(ended, Proposal with { HoldId = ActionId }, Mara, Ines, Now).ThenRecorded().ShouldHaveSingleItem();
    }

    [Fact]
    public void There_are_not_more_of_them_than_anybody_can_look_after()
    {
        Case full = Given([.. Enumerable.Range(0, SafetyPolicy.HoldsAtATimeMax).Select(n => Proposed with { HoldId = new Guid(n, 1, 1, [1, 1, 1, 1, 1, 1, 1, 1]) })]);
        ProposeHold.Decide(full, Proposal, Mara, Ines, Now).ThenRefused(HoldRefusals.TooMany);
    }
}
