using FsCheck;
using FsCheck.Fluent;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Tests.Discovery;

/// <summary>A viewer and everybody who might be shown to them, of every kind that there is.</summary>
internal sealed record RandomTown(Viewer Viewer, IReadOnlyList<Candidate> People)
{
    public static readonly DateOnly Day = new(2026, 6, 15);

    private static readonly Gen<LocationTier?> Tiers =
        Gen.Elements<LocationTier?>(null, LocationTier.City, LocationTier.Local, LocationTier.Nearby, LocationTier.Immediate);

    private static readonly Gen<Candidate> Somebody =
        from layer in Gen.Frequency((6, Gen.Constant(AgeLayer.Adult)), (2, Gen.Constant(AgeLayer.Transitional)), (2, Gen.Constant(AgeLayer.Minor)))
        from relation in Gen.Elements(Enum.GetValues<Relation>())
        from areApart in OneIn(10)
        from isGone in OneIn(6)
        from isRestricted in OneIn(10)
        from circle in Gen.Frequency((3, Gen.Constant(FindableBy.Everybody)), (2, Gen.Elements(Enum.GetValues<FindableBy>())))
        from tier in Tiers
        from trust in Gen.Elements(Enum.GetValues<TrustBand>())
        from isInSameRoom in OneIn(5)
        from isInTalk in OneIn(5)
        from cameIn in Gen.Choose(0, 6)
        select new Candidate(default, layer, relation, areApart, !isGone, isRestricted, circle, tier, trust, isInSameRoom, isInTalk, cameIn);

    private static readonly Gen<DiscoveryPreferences> Wishes =
        from order in Gen.Elements(Enum.GetValues<DiscoveryOrder>())
        from percent in Gen.Choose(DiscoveryPreferences.ProximityPercentMin, DiscoveryPreferences.ProximityPercentMax)
        from friendsOnly in OneIn(6)
        from furthest in Gen.Frequency((4, Gen.Constant<LocationTier?>(null)), (1, Tiers))
        select new DiscoveryPreferences(order, percent, FindableBy.Everybody, friendsOnly, furthest);

    public static Arbitrary<RandomTown> Any { get; } =
        (from wishes in Wishes
         from layer in Gen.Frequency((6, Gen.Constant(AgeLayer.Adult)), (1, Gen.Constant(AgeLayer.Transitional)), (2, Gen.Constant(AgeLayer.Minor)))
         from mayMeetStrangers in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
         from people in Gen.ListOf(Somebody)
         from more in Gen.ListOf(Somebody)
         select Named(new Viewer(Id(0), layer, mayMeetStrangers, wishes), [.. people, .. more])).ToArbitrary();

    public IReadOnlyList<RankedPerson> Ranked => Ranking.Rank(Viewer, People, Day);

    public Candidate Of(RankedPerson ranked) => People.Single(person => person.Id == ranked.Id);

    public static UserId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        new Random(number).NextBytes(bytes);
        return new UserId(new Guid(bytes));
    }

    /// <summary>The viewer stands among them.</summary>
    private static RandomTown Named(Viewer viewer, IReadOnlyList<Candidate> people) => new(
        viewer, [.. people.Select((person, number) => person with { Id = Id(number) })]);

    private static Gen<bool> OneIn(int count) => Gen.Choose(1, count).Select(number => number == 1);
}
