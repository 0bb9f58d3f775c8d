using Wya.Domain.Presence.Events;

namespace Wya.Prove.Location;

/// <summary>
/// Asks about one target from a thousand spoofed positions, each chosen by what was answered before, and keeps all positions
/// that agree with every answer. It knows the rules, the grid, and everything but where the target is.
/// </summary>
internal sealed class LocationAttacker(Oracle oracle, Target target, Random random)
{
    /// <summary>Points looked at along each side of a cell.</summary>
    public const int PointsOfSide = 8;

    private const int CellsAround = 1;

    private readonly List<Spot> possible = Candidates(target);
    private readonly List<(Spot From, int Answer)> asked = [];

    /// <summary>How much of one full cell the possible positions cover: 1 is a whole cell, of the finest that may be told.</summary>
    public double CellsPossible => (double)possible.Count / (PointsOfSide * PointsOfSide);

    /// <summary>The truth was never thrown out.</summary>
    public bool HoldsTarget(Spot truth) => possible.Exists(spot => Math.Abs(spot.Latitude - truth.Latitude) < 1e-9 && Math.Abs(spot.Longitude - truth.Longitude) < 1e-9);

    public void Attack(int queries)
    {
        for (int i = 0; i < queries; i++)
        {
            Spot from = (i % 5) switch
            {
                0 => OnRing(), // trilateration
                1 => Between(), // threshold flipping: half-way between two positions with different answers
                2 => Beside(), // averaging: again and again from nearly the same position
                3 => Ordering(), // which of two halves of what is possible is nearer
                _ => Membership(), // a viewer in one cell after another: is the target in or next to it
            };
            int answer = oracle.Ask(target, target.Spot, from);
            asked.Add((from, answer));
            possible.RemoveAll(spot => oracle.Ask(target, spot, from) != answer);
        }
    }

    /// <summary>Points in the target's cell and in those around it, the target among them.</summary>
    private static List<Spot> Candidates(Target target)
    {
        (double height, double width) = Size(target.Told);
        double south = (Math.Floor((target.Spot.Latitude + 90) / height) * height) - 90;
        double west = (Math.Floor((target.Spot.Longitude + 180) / width) * width) - 180;
        List<Spot> spots = [];
        for (int row = -CellsAround * PointsOfSide; row < (CellsAround + 1) * PointsOfSide; row++)
        {
            for (int column = -CellsAround * PointsOfSide; column < (CellsAround + 1) * PointsOfSide; column++)
            {
                spots.Add(new Spot(south + ((row + 0.5) / PointsOfSide * height), west + ((column + 0.5) / PointsOfSide * width)));
            }
        }

        return spots;
    }

    public static (double Height, double Width) Size(LocationTier tier) => (180.0 / Cell.Rows(tier), 360.0 / Cell.Columns(tier));

    private Spot OnRing()
    {
        (double height, double width) = Size(target.Told);
        Spot middle = One();
        double turn = random.NextDouble() * 2 * Math.PI, far = 0.3 * Math.Pow(40, random.NextDouble());
        return new Spot(middle.Latitude + (far * height * Math.Sin(turn)), middle.Longitude + (far * width * Math.Cos(turn)));
    }

    private Spot Between()
    {
        if (asked.Count < 2)
        {
            return OnRing();
        }

        (Spot From, int Answer) one = asked[^1];
        int other = asked.FindLastIndex(earlier => earlier.Answer != one.Answer);
        return other < 0
            ? OnRing()
            : new Spot((one.From.Latitude + asked[other].From.Latitude) / 2, (one.From.Longitude + asked[other].From.Longitude) / 2);
    }

    private Spot Beside()
    {
        (double height, double width) = Size(target.Told);
        Spot last = asked[^1].From;
        return new Spot(last.Latitude + ((random.NextDouble() - 0.5) * 0.02 * height), last.Longitude + ((random.NextDouble() - 0.5) * 0.02 * width));
    }

    private Spot Ordering()
    {
        Spot one = One(), other = One();
        return new Spot((2 * one.Latitude) - other.Latitude, (2 * one.Longitude) - other.Longitude);
    }

    private Spot Membership()
    {
        (double height, double width) = Size((LocationTier)random.Next((int)LocationTier.Immediate + 1));
        Spot one = One();
        return new Spot(one.Latitude + (random.Next(-2, 3) * height), one.Longitude + (random.Next(-2, 3) * width));
    }

    private Spot One() => possible.Count == 0 ? target.Spot : possible[random.Next(possible.Count)];
}
