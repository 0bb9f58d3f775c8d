using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;

namespace Wya.Prove.Location;

/// <summary>A point, as only an attacker and the one attacked hold it.</summary>
internal readonly record struct Spot(double Latitude, double Longitude);

/// <summary>Somebody whose position is wanted, and what may be told of it at most.</summary>
internal sealed record Target(Spot Spot, Visibility Visibility, PresencePolicy Policy, Acquaintance Acquaintance)
{
    public LocationTier Kept { get; } = Visibility.Finest(Policy, locationIsOn: true)!.Value;

    /// <summary>The finest cell that anybody of this acquaintance may come to know.</summary>
    public LocationTier Told => PresencePolicy.Coarser(
        Kept, Acquaintance == Acquaintance.Friend ? Policy.FinestForFriends : Policy.FinestForStrangers)!.Value;
}

/// <summary>What an attacker asks: from a position of their own choosing, how near is the target?</summary>
/// <param name="Name">As in the figures.</param>
/// <param name="Ask">The target as if at a spot, the viewer's claimed position; an answer that can be compared.</param>
internal sealed record Oracle(string Name, Func<Target, Spot, Spot, int> Ask)
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly PresenceSnapshot There = new(PresenceStatus.Online, Activity.Idle, LocationTier.Immediate, null, Now);

    /// <summary>The functions that the API answers with. Each query is of a fresh account with all its moves left, which is more than anybody gets.</summary>
    public static Oracle Ours { get; } = new("ours", (target, spot, viewer) =>
    {
        KnownPlace own = Place(viewer, LocationTier.Immediate), theirs = Place(spot, target.Kept);
        return (int?)Sight.Of(target.Acquaintance, target.Visibility, target.Policy, There, theirs, own, Now).LocationTier ?? -1;
    });

    /// <summary>Planted: the exact distance, rounded to whole cells of what may be told.</summary>
    public static Oracle RoundedDistance { get; } = new("rounded distance", (target, spot, viewer) =>
        (int)Math.Round(Kilometres(spot, viewer) / (20_004.0 / Cell.Rows(target.Told))));

    /// <summary>Planted: our tiers, of the exact positions instead of cells.</summary>
    public static Oracle ExactThresholds { get; } = new("exact thresholds", (target, spot, viewer) =>
    {
        double kilometres = Kilometres(spot, viewer);
        for (LocationTier tier = target.Told; tier >= LocationTier.City; tier--)
        {
            if (kilometres < 20_004.0 / Cell.Rows(tier))
            {
                return (int)tier;
            }
        }

        return -1;
    });

    private static KnownPlace Place(Spot spot, LocationTier finest) =>
        KnownPlace.Settle(null, ReportedPlace.Of(spot.Latitude, spot.Longitude)!, PositionSource.Gps, true, finest, movesLeft: 1, Now).Place!;

    private static double Kilometres(Spot one, Spot other) => 111.2 * double.Hypot(
        one.Latitude - other.Latitude, (one.Longitude - other.Longitude) * Math.Cos(one.Latitude * Math.PI / 180));
}
