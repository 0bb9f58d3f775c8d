using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;

namespace Wya.Prove.Location;

/// <summary>
/// Watches somebody move, and notes each moment at which their kept cell changes: the best that anybody could ever see. For
/// every point of the new cell it then looks for a way that somebody at that point can have come, no faster than a car, and
/// that would have been told in the very same way at the very same moments. A point without such a way is one that the
/// change has given away.
/// </summary>
internal static class FlipAttack
{
    private const double MetresPerSecondMax = 35;
    private const int PointsOfSide = LocationAttacker.PointsOfSide;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Start = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    /// <param name="Changes">Seen.</param>
    /// <param name="CellsPossibleMin">Least share of the new cell that stayed possible after one of them.</param>
    public sealed record Found(int Changes, double CellsPossibleMin);

    /// <param name="settle">Ours, or a planted one.</param>
    public static Found Watch(
        Func<KnownPlace?, Spot, LocationTier, DateTimeOffset, KnownPlace> settle, LocationTier tier, Spot from, int heartbeats, Random random)
    {
        double metresPerSecond = 1 + (random.NextDouble() * 14), turn = random.NextDouble() * 2 * Math.PI;
        Spot spot = from;
        KnownPlace place = settle(null, spot, tier, Start);
        int changes = 0;
        double least = 1;
        for (int i = 1; i < heartbeats; i++)
        {
            turn += (random.NextDouble() - 0.5) * 0.3;
            spot = Step(spot, turn, metresPerSecond * Heartbeat.TotalSeconds);
            KnownPlace next = settle(place, spot, tier, Start + (i * Heartbeat));
            if (next.Cell != place.Cell)
            {
                changes++;
                least = Math.Min(least, Possible(settle, place, next.Cell, i));
            }

            place = next;
        }

        return new Found(changes, least);
    }

    public static KnownPlace Ours(KnownPlace? known, Spot spot, LocationTier tier, DateTimeOffset now) => KnownPlace.Settle(
        known, ReportedPlace.Of(spot.Latitude, spot.Longitude)!, PositionSource.Gps, true, tier, KnownPlace.MovesPerHourMax, now).Place!;

    /// <summary>Planted: sticky in space alone. It changes at once when the old cell's margin is left.</summary>
    public static KnownPlace MarginAlone(KnownPlace? known, Spot spot, LocationTier tier, DateTimeOffset now)
    {
        ReportedPlace reported = ReportedPlace.Of(spot.Latitude, spot.Longitude)!;
        return known is not null && reported.LiesBy(known.Cell) ? known : new KnownPlace(reported.At(tier), 0.9, now, now);
    }

    private static double Possible(
        Func<KnownPlace?, Spot, LocationTier, DateTimeOffset, KnownPlace> settle, KnownPlace before, Cell cell, int changedAt)
    {
        int possible = 0;
        foreach (Spot end in Points(cell))
        {
            possible += ArrivesUnnoticed(settle, before, cell, end, changedAt) ? 1 : 0;
        }

        return (double)possible / (PointsOfSide * PointsOfSide);
    }

    /// <summary>Left the old cell at some heartbeat since its own change, went straight to the point, and waited there.</summary>
    private static bool ArrivesUnnoticed(
        Func<KnownPlace?, Spot, LocationTier, DateTimeOffset, KnownPlace> settle, KnownPlace before, Cell cell, Spot end, int changedAt)
    {
        Spot begin = NearestIn(before.Cell, end);
        int earliest = (int)((before.MovedAt - Start) / Heartbeat);
        for (int leaves = changedAt - 1; leaves >= earliest; leaves--)
        {
            KnownPlace place = settle(null, begin, before.Cell.Tier, before.MovedAt);
            bool isTold = true;
            for (int i = leaves; i <= changedAt && isTold; i++)
            {
                double share = Math.Min(1, (i - leaves) * Heartbeat.TotalSeconds * MetresPerSecondMax / Math.Max(1, Metres(begin, end)));
                var spot = new Spot(
                    begin.Latitude + (share * (end.Latitude - begin.Latitude)), begin.Longitude + (share * (end.Longitude - begin.Longitude)));
                place = settle(place, spot, cell.Tier, Start + (i * Heartbeat));
                isTold = i < changedAt ? place.Cell == before.Cell : share >= 1 && place.Cell == cell;
            }

            if (isTold)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<Spot> Points(Cell cell)
    {
        (double height, double width) = LocationAttacker.Size(cell.Tier);
        for (int point = 0; point < PointsOfSide * PointsOfSide; point++)
        {
            yield return new Spot(
                ((cell.Row + ((point / PointsOfSide) + 0.5) / PointsOfSide) * height) - 90,
                ((cell.Column + ((point % PointsOfSide) + 0.5) / PointsOfSide) * width) - 180);
        }
    }

    private static Spot NearestIn(Cell cell, Spot to)
    {
        (double height, double width) = LocationAttacker.Size(cell.Tier);
        double south = (cell.Row * height) - 90, west = (cell.Column * width) - 180;
        return new Spot(
            Math.Clamp(to.Latitude, south + (0.01 * height), south + (0.99 * height)),
            Math.Clamp(to.Longitude, west + (0.01 * width), west + (0.99 * width)));
    }

    private static Spot Step(Spot spot, double turn, double metres) => new(
        spot.Latitude + (metres / 111_200 * Math.Sin(turn)),
        spot.Longitude + (metres / 111_200 * Math.Cos(turn) / Math.Cos(spot.Latitude * Math.PI / 180)));

    private static double Metres(Spot one, Spot other) => 111_200 * double.Hypot(
        one.Latitude - other.Latitude, (one.Longitude - other.Longitude) * Math.Cos(one.Latitude * Math.PI / 180));
}
