using System.Collections.Immutable;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class LatticeTests
{
    private static readonly DateTimeOffset Tomorrow = Now.AddDays(1);

    private static readonly Standing Adult = Standing.Of(AgeLayer.Adult);

    private static readonly Standing Minor = Standing.Of(AgeLayer.Minor);

    [Fact]
    public void A_layer_gives_its_base_and_nothing_else() =>
        Lattice.Effective(Minor, Now).ShouldBe(["chat.private", "room.create"], ignoreOrder: true);

    [Fact]
    public void A_grant_adds_to_it() =>
        Lattice.Effective(With(Adult, Capability.Moderate), Now).ShouldContain("moderate");

    [Fact]
    public void A_grant_that_the_layer_does_not_allow_waits_for_the_birthday()
    {
        Standing standing = With(Minor, Capability.Moderate);
        Lattice.Effective(standing, Now).ShouldNotContain("moderate");
        Explanation why = Lattice.Explain(standing, "moderate", Now);
        why.Held.ShouldBeFalse();
        why.GivenBy.ShouldHaveSingleItem().Code.ShouldBe("granted");
        why.BlockedBy.ShouldHaveSingleItem().Code.ShouldBe("age_layer");
        why.UnlockedBy.ShouldHaveSingleItem().ShouldBe(new Unlock("older", "You have it from the age of 18 on."));

        Lattice.Effective(standing with { AgeLayer = AgeLayer.Transitional }, Now).ShouldContain("moderate");
    }

    [Theory]
    [InlineData(AgeLayer.Minor, 1.0, false)]
    [InlineData(AgeLayer.Transitional, 0.69, false)]
    [InlineData(AgeLayer.Transitional, 0.7, true)]
    [InlineData(AgeLayer.Adult, 0.7, true)]
    public void Trust_earns_styling_ones_room(AgeLayer layer, double trust, bool held) =>
        Lattice.Effective(Standing.Of(layer) with { Trust = trust }, Now).Contains(Capability.RoomCustomizeCss).ShouldBe(held);

    [Fact]
    public void Nobody_starts_with_what_trust_earns() =>
        Enum.GetValues<AgeLayer>().ShouldAllBe(layer => TrustPolicy.Table.All(row => !Lattice.Effective(Standing.Of(layer), Now).Contains(row.Capability)));

    [Fact]
    public void A_context_gives_only_what_the_layer_allows()
    {
        ImmutableHashSet<string> owner = [Capability.RoomCustomizeCss, Capability.Moderate, "fly"];
        Lattice.Effective(Minor, Now, owner).ShouldBe(["chat.private", "room.create", "room.customize.css"], ignoreOrder: true);
        Lattice.Explain(Minor, Capability.RoomCustomizeCss, Now, owner).GivenBy.ShouldHaveSingleItem().Code.ShouldBe("context");
    }

    [Fact]
    public void A_restriction_takes_away_even_the_base_and_ends_by_itself()
    {
        Standing standing = Without(Adult, Capability.ChatGroup, Tomorrow);
        Lattice.Effective(standing, Tomorrow.AddTicks(-1)).ShouldNotContain("chat.group");
        Lattice.Effective(standing, Tomorrow).ShouldContain("chat.group");
    }

    [Fact]
    public void A_restriction_names_what_gives_what_blocks_and_what_unlocks()
    {
        Explanation why = Lattice.Explain(Without(Adult, Capability.ChatGroup, Tomorrow), Capability.ChatGroup, Now);
        why.Held.ShouldBeFalse();
        why.Summary.ShouldBe("You may not do this now. It was taken from you until 16 June 2026, 12:00 UTC.");
        why.GivenBy.ShouldHaveSingleItem().ShouldBe(new Ground("age_layer", "Everybody of your age has it."));
        why.BlockedBy.ShouldHaveSingleItem().ShouldBe(new Block("restricted", "It was taken from you until 16 June 2026, 12:00 UTC.", Tomorrow));
        why.UnlockedBy.ShouldHaveSingleItem().ShouldBe(
            new Unlock("restriction_ends", "It comes back by itself on 16 June 2026, 12:00 UTC; a moderator can give it back earlier.", Tomorrow));
    }

    [Fact]
    public void A_restriction_without_an_end_waits_for_a_moderator() =>
        Lattice.Explain(Without(Adult, Capability.ChatGroup, null), Capability.ChatGroup, Now).UnlockedBy
            .ShouldHaveSingleItem().ShouldBe(new Unlock("restriction_lifted", "A moderator can give it back."));

    [Fact]
    public void What_nothing_gives_names_each_way_to_get_it()
    {
        Explanation why = Lattice.Explain(Adult, Capability.RoomCustomizeCss, Now);
        why.Summary.ShouldBe("You may not do this yet. Nothing gives it to you so far.");
        why.BlockedBy.ShouldBeEmpty();
        why.UnlockedBy.ShouldBe(
        [
            new Unlock("trust", "It comes by itself with a trust score of 0.7; yours is 0.5."),
            new Unlock("grant", "An operator can grant it to you."),
        ]);
    }

    [Fact]
    public void What_comes_with_age_says_when() =>
        Lattice.Explain(Minor, Capability.Moderate, Now).UnlockedBy
            .ShouldHaveSingleItem().ShouldBe(new Unlock("older", "It can be granted to you from the age of 18 on."));

    [Fact]
    public void What_is_held_says_why()
    {
        Explanation why = Lattice.Explain(With(Adult, Capability.Moderate), Capability.Moderate, Now);
        (why.Held, why.Summary).ShouldBe((true, "You may do this. It was granted to you on 15 June 2026."));
        why.GivenBy.ShouldHaveSingleItem().Since.ShouldBe(Now);
        why.UnlockedBy.ShouldBeEmpty();
    }

    [Fact]
    public void A_suspension_bars_from_everything_until_it_ends()
    {
        Standing standing = Adult with { SuspendedUntil = Tomorrow };
        Lattice.Effective(standing, Now).ShouldBeEmpty();
        Lattice.Effective(standing, Tomorrow).ShouldBe(Lattice.Effective(Adult, Tomorrow), ignoreOrder: true);
        Lattice.Explain(standing, Capability.ChatPrivate, Now).BlockedBy.ShouldHaveSingleItem().Until.ShouldBe(Tomorrow);
    }

    [Fact]
    public void Whoever_is_about_to_be_erased_rests_until_they_take_it_back()
    {
        Standing standing = Adult with { ErasureDueAt = Now.AddDays(14) };
        Lattice.Effective(standing, Now).ShouldBeEmpty();
        Lattice.Explain(standing, Capability.ChatPrivate, Now).UnlockedBy.ShouldHaveSingleItem().Code.ShouldBe("erasure_cancelled");
    }

    [Fact]
    public void Every_capability_has_a_meaning_in_plain_words() =>
        Capability.All.Select(CapabilityMeaning.Of).ShouldAllBe(meaning => meaning.Length > 10 && meaning.EndsWith('.'));

    private static Standing With(Standing standing, string capability) => standing with { Granted = standing.Granted.Add(capability, Now) };

    private static Standing Without(Standing standing, string capability, DateTimeOffset? until) =>
        standing with { Restricted = standing.Restricted.Add(capability, until) };
}
