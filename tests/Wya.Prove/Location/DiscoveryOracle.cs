using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;

namespace Wya.Prove.Location;

/// <summary>
/// The same attack through discovery alone: whole answers, with their order, scores, factors and sentences, and why somebody is
/// not listed. Around the target stand people of whom the attacker knows everything, alike to the target in all but their place,
/// so that the order among them would tell whatever it rests on.
/// </summary>
internal static class DiscoveryOracle
{
    private const int Decoys = 4;

    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2026, 6, 15);
    private static readonly UserId TargetId = Id(1_000);

    /// <summary>The functions that the API answers with; each query is of a fresh account.</summary>
    public static Oracle Ours { get; } = new("discovery", (target, spot, viewer) =>
        Compared(Look(target, spot, viewer), target, spot, viewer, isNaive: false));

    /// <summary>Planted: within one score, whoever is nearer comes first.</summary>
    public static Oracle NearestFirst { get; } = new("nearest first in discovery", (target, spot, viewer) =>
        Compared(Look(target, spot, viewer), target, spot, viewer, isNaive: true));

    private static int Compared(IReadOnlyList<RankedPerson> ranked, Target target, Spot spot, Spot viewer, bool isNaive)
    {
        if (isNaive)
        {
            ranked =
            [
                .. ranked.OrderByDescending(one => one.Factors[0].Contribution + one.Factors[1].Contribution)
                    .ThenBy(one => Kilometres(one.Id == TargetId ? spot : Decoy(target, one.Id), viewer)),
            ];
        }

        var answer = new HashCode();
        foreach (RankedPerson one in ranked)
        {
            answer.Add(one.Id);
            if (!isNaive)
            {
                answer.Add(one.Score);
                answer.Add(one.Factors[0].Code, StringComparer.Ordinal);
                answer.Add(one.Factors.Count);
            }
        }

        return answer.ToHashCode();
    }

    private static IReadOnlyList<RankedPerson> Look(Target target, Spot spot, Spot viewer)
    {
        Cell own = Kept(viewer, LocationTier.Immediate);
        var asks = new Viewer(Id(0), target.Visibility.AgeLayer, MayMeetStrangers: true, DiscoveryPreferences.Default);
        var candidates = new Candidate[Decoys + 1];
        candidates[0] = Person(target, TargetId, Told(target, Kept(spot, target.Kept)).NearnessTo(own));
        for (int i = 1; i <= Decoys; i++)
        {
            candidates[i] = Person(target, Id(i), Told(target, Kept(Decoy(target, Id(i)), target.Kept)).NearnessTo(own));
        }

        return Ranking.Rank(asks, candidates, Day);
    }

    private static Candidate Person(Target target, UserId id, LocationTier? tier) => new(
        id, target.Visibility.AgeLayer, target.Acquaintance == Acquaintance.Friend ? Relation.Friend : Relation.Stranger,
        AreApart: false, IsAround: true, IsRestricted: false, FindableBy.Everybody, tier, TrustBand.Medium, IsInSameRoom: false, IsInTalk: false, CameIn: 0);

    private static Cell Told(Target target, Cell kept) => kept.Within(target.Told);

    private static Cell Kept(Spot spot, LocationTier finest) =>
        KnownPlace.Settle(null, ReportedPlace.Of(spot.Latitude, spot.Longitude)!, PositionSource.Gps, true, finest, movesLeft: 1, Now).Place!.Cell;

    /// <summary>In the target's own cell, a third of it to each side.</summary>
    private static Spot Decoy(Target target, UserId id)
    {
        (double height, double width) = LocationAttacker.Size(target.Told);
        int number = id.Value.ToByteArray()[0];
        double south = (Math.Floor((target.Spot.Latitude + 90) / height) * height) - 90, west = (Math.Floor((target.Spot.Longitude + 180) / width) * width) - 180;
        return new Spot(south + ((number % 2 == 0 ? 0.3 : 0.7) * height), west + ((number > 2 ? 0.3 : 0.7) * width));
    }

    private static UserId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BitConverter.TryWriteBytes(bytes, number);
        return new UserId(new Guid(bytes));
    }

    private static double Kilometres(Spot one, Spot other) => 111.2 * double.Hypot(
        one.Latitude - other.Latitude, (one.Longitude - other.Longitude) * Math.Cos(one.Latitude * Math.PI / 180));
}
