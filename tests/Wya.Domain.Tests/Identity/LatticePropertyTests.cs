using System.Collections.Frozen;
using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

/// <summary>What holds for every person, whatever is known of them.</summary>
public sealed class LatticePropertyTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    private static readonly string[] Names = [.. Capability.All.Order(StringComparer.Ordinal), "fly"];

    private static readonly Gen<DateTimeOffset> Times = Gen.Choose(-48, 48).Select(hours => Now.AddHours(hours));

    private static readonly Gen<DateTimeOffset?> Ends = Gen.OneOf(Gen.Constant<DateTimeOffset?>(null), Times.Select(time => (DateTimeOffset?)time));

    private static readonly Gen<ImmutableHashSet<string>> Sets =
        Gen.SubListOf(Names).Select(some => ImmutableHashSet.CreateRange(StringComparer.Ordinal, some));

    private static readonly Gen<Case> Cases =
        from layer in Gen.Elements(Enum.GetValues<AgeLayer>())
        from isBanned in Gen.Elements(false, false, false, true)
        from suspended in Gen.OneOf(Gen.Constant<DateTimeOffset?>(null), Ends)
        from granted in Sets
        from restricted in Sets
        from ends in Gen.ArrayOf(Ends, Names.Length)
        from trust in Gen.Choose(0, 20)
        from erasure in Gen.Elements<DateTimeOffset?>(null, null, null, Now.AddDays(14))
        from context in Sets
        from capability in Gen.Elements(Names)
        select new Case(
            new Standing(
                layer,
                isBanned,
                suspended,
                granted.ToImmutableSortedDictionary(name => name, _ => Now, StringComparer.Ordinal),
                restricted.ToImmutableSortedDictionary(name => name, name => ends[Array.IndexOf(Names, name)], StringComparer.Ordinal),
                trust / 20.0,
                erasure),
            capability,
            context);

    [Fact]
    public void What_is_effective_is_what_is_explained_as_held() => ForAll(one =>
    {
        foreach (string name in Names)
        {
            Lattice.Explain(one.Standing, name, Now, one.Context).Held.ShouldBe(one.Effective().Contains(name), name);
        }
    });

    [Fact]
    public void A_restriction_always_dominates() => ForAll(one =>
    {
        Standing restricted = one.Standing with { Restricted = one.Standing.Restricted.SetItem(one.Capability, null) };
        Lattice.Effective(restricted, Now, one.Context).ShouldNotContain(one.Capability);
        Lattice.Effective(restricted, Now, one.Context).ShouldBe(one.Effective().Except([one.Capability]), ignoreOrder: true);
    });

    [Fact]
    public void Whoever_is_suspended_banned_or_leaving_holds_nothing() => ForAll(one =>
    {
        Lattice.Effective(one.Standing with { IsBanned = true }, Now, one.Context).ShouldBeEmpty();
        Lattice.Effective(one.Standing with { SuspendedUntil = Now.AddTicks(1) }, Now, one.Context).ShouldBeEmpty();
        Lattice.Effective(one.Standing with { ErasureDueAt = Now }, Now, one.Context).ShouldBeEmpty();
    });

    [Fact]
    public void Giving_never_takes_away() => ForAll(one =>
    {
        Standing granted = one.Standing with { Granted = one.Standing.Granted.SetItem(one.Capability, Now) };
        Standing trusted = one.Standing with { Trust = 1 };
        one.Effective().ShouldBeSubsetOf(Lattice.Effective(granted, Now, one.Context));
        one.Effective().ShouldBeSubsetOf(Lattice.Effective(trusted, Now, one.Context));
        one.Effective().ShouldBeSubsetOf(Lattice.Effective(one.Standing, Now, one.Context.Add(one.Capability)));
    });

    [Fact]
    public void Taking_never_gives() => ForAll(one =>
    {
        Lattice.Effective(one.Standing with { Granted = one.Standing.Granted.Remove(one.Capability) }, Now, one.Context).ShouldBeSubsetOf(one.Effective());
        Lattice.Effective(one.Standing with { Trust = 0 }, Now, one.Context).ShouldBeSubsetOf(one.Effective());
    });

    [Fact]
    public void Growing_older_loses_nothing() => ForAll(one =>
    {
        foreach (AgeLayer older in Enum.GetValues<AgeLayer>().Where(layer => layer > one.Standing.AgeLayer))
        {
            one.Effective().ShouldBeSubsetOf(Lattice.Effective(one.Standing with { AgeLayer = older }, Now, one.Context));
        }
    });

    [Fact]
    public void Nobody_holds_what_their_layer_does_not_allow_or_nobody_knows() => ForAll(one =>
    {
        one.Effective().ShouldAllBe(name => LayerPolicy.For(one.Standing.AgeLayer).MayHold(name));
        one.Effective().ShouldBeSubsetOf(Capability.All);
    });

    [Fact]
    public void Time_alone_never_takes_away() => ForAll(one =>
        one.Effective().ShouldBeSubsetOf(Lattice.Effective(one.Standing, Now.AddDays(1), one.Context)));

    [Fact]
    public void What_is_not_held_names_what_stands_in_the_way_or_how_to_get_it() => ForAll(one =>
    {
        Explanation why = Lattice.Explain(one.Standing, one.Capability, Now, one.Context);
        why.Held.ShouldBe(why.GivenBy.Count > 0 && why.BlockedBy.Count == 0);
        why.UnlockedBy.Any().ShouldBe(!why.Held);
    });

    [Fact]
    public void Whoever_does_all_that_unlocks_it_holds_it() => ForAll(one =>
    {
        if (one.Capability == "fly")
        {
            return; // nothing unlocks what nobody knows
        }

        (Standing standing, DateTimeOffset now) = (one.Standing, Now);
        for (int steps = 0; Lattice.Explain(standing, one.Capability, now, one.Context) is { Held: false } why; steps++)
        {
            steps.ShouldBeLessThan(6, why.Summary);
            (standing, now) = Do(why.UnlockedBy[0], standing, one.Capability, now);
        }
    });

    private static (Standing Standing, DateTimeOffset Now) Do(Unlock step, Standing standing, string capability, DateTimeOffset now) => step.Code switch
    {
        Unlock.BanLifted => (standing with { IsBanned = false }, now),
        Unlock.SuspensionEnds or Unlock.RestrictionEnds => (standing, step.At!.Value),
        Unlock.ErasureCancelled => (standing with { ErasureDueAt = null }, now),
        Unlock.RestrictionLifted => (standing with { Restricted = standing.Restricted.Remove(capability) }, now),
        Unlock.Older => (standing with { AgeLayer = standing.AgeLayer + 1 }, now),
        Unlock.Grant => (standing with { Granted = standing.Granted.Add(capability, now) }, now),
        Unlock.Trust => (standing with { Trust = TrustPolicy.For(capability, standing.AgeLayer)!.TrustMin }, now),
        _ => throw new InvalidOperationException(step.Code),
    };

    private static void ForAll(Action<Case> holds) => Prop.ForAll(Cases.ToArbitrary(), holds).Check(Quietly);

    private sealed record Case(Standing Standing, string Capability, ImmutableHashSet<string> Context)
    {
        public FrozenSet<string> Effective() => Lattice.Effective(Standing, Now, Context);
    }
}
