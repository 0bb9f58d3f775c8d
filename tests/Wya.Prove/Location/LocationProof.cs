using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;

namespace Wya.Prove.Location;

/// <summary>Attackers who know everything but where somebody is, against the functions that answer how near people are.</summary>
internal static class LocationProof
{
    public static Proof Proof { get; } = new(
        "location",
        [
            "However often, from wherever and with however many accounts somebody asks how near a person is, the positions that agree with all answers never cover less than one full cell of the level that the person shares.",
            "The same holds for whole answers of discovery, with their order, scores and explanations, among people of whom the attacker knows everything.",
            "The moment at which a person's cell changes tells no more than the new cell.",
        ],
        Run);

    public static Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int targets = run.Sized(40, 500, 2_000), queries = run.Sized(150, 1_000, 2_000), walks = run.Sized(8, 60, 300);
        var figures = new Figures();
        run.Progress($"{targets} targets, {queries} queries each");
        (Dictionary<LocationTier, double> least, int lost) = Attack(Oracle.Ours, targets, queries, ct);
        figures.Note("targets", targets);
        figures.Note("queries_each", queries);
        foreach ((LocationTier tier, double cells) in least.OrderBy(row => row.Key))
        {
            figures.MustBeAtLeast($"least_cells_possible_{tier.ToString().ToLowerInvariant()}", cells, 1);
        }

        figures.MustBe("levels_attacked", least.Count, Enum.GetValues<LocationTier>().Length);
        figures.MustBe("targets_thrown_out", lost, 0);
        foreach (Oracle planted in (Oracle[])[Oracle.RoundedDistance, Oracle.ExactThresholds])
        {
            (Dictionary<LocationTier, double> broken, _) = Attack(planted, Math.Min(targets, 40), queries, ct);
            figures.MustBeBelow($"planted_{planted.Name.Replace(' ', '_')}_cells_possible", broken.Values.Max(), 0.25);
        }

        run.Progress($"{targets} targets, {queries} answers of discovery each");
        (Dictionary<LocationTier, double> found, int missed) = Attack(DiscoveryOracle.Ours, targets, queries, ct);
        foreach ((LocationTier tier, double cells) in found.OrderBy(row => row.Key))
        {
            figures.MustBeAtLeast($"least_cells_possible_by_discovery_{tier.ToString().ToLowerInvariant()}", cells, 1);
        }

        figures.MustBe("targets_thrown_out_by_discovery", missed, 0);
        (Dictionary<LocationTier, double> nearest, _) = Attack(DiscoveryOracle.NearestFirst, Math.Min(targets, 40), queries, ct);
        figures.MustBeBelow("planted_nearest_first_in_discovery_cells_possible", nearest.Values.Max(), 0.25);

        run.Progress($"{walks} people on their way at each level");
        foreach (LocationTier tier in Enum.GetValues<LocationTier>())
        {
            FlipAttack.Found ours = Watch(FlipAttack.Ours, tier, walks, ct);
            figures.MustBeAtLeast($"changes_watched_{tier.ToString().ToLowerInvariant()}", ours.Changes, walks / 4);
            figures.MustBeAtLeast($"least_cells_possible_at_a_change_{tier.ToString().ToLowerInvariant()}", ours.CellsPossibleMin, 1);
        }

        figures.MustBeBelow("planted_margin_alone_cells_possible_at_a_change", Watch(FlipAttack.MarginAlone, LocationTier.Local, Math.Min(walks, 10), ct).CellsPossibleMin, 1);
        return Task.FromResult(figures);
    }

    private static (Dictionary<LocationTier, double> Least, int Lost) Attack(Oracle oracle, int targets, int queries, CancellationToken ct)
    {
        var least = new Dictionary<LocationTier, double>();
        int lost = 0;
        var gate = new Lock();
        Parallel.For(0, targets, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = 2 }, i =>
        {
            var random = new Random(i);
            Target target = Somebody(i, random);
            var attacker = new LocationAttacker(oracle, target, random);
            attacker.Attack(queries);
            lock (gate)
            {
                // A cell is what is told of a person at most; for a planted oracle the smallest worst case is of interest.
                least[target.Told] = Math.Min(least.GetValueOrDefault(target.Told, double.MaxValue), attacker.CellsPossible);
                lost += attacker.HoldsTarget(target.Spot) ? 0 : 1;
            }
        });
        return (least, lost);
    }

    /// <summary>Of every layer, privacy level and acquaintance that shares a place at all; on a point that the attacker looks at.</summary>
    private static Target Somebody(int number, Random random)
    {
        (AgeLayer layer, PrivacyLevel level, Acquaintance acquaintance) = (number % 5) switch
        {
            0 => (AgeLayer.Adult, PrivacyLevel.Precise, Acquaintance.Friend),
            1 => (AgeLayer.Adult, PrivacyLevel.Precise, Acquaintance.Stranger),
            2 => (AgeLayer.Transitional, PrivacyLevel.General, Acquaintance.Stranger),
            3 => (AgeLayer.Minor, PrivacyLevel.Precise, Acquaintance.Friend),
            _ => (AgeLayer.Adult, PrivacyLevel.Precise, Acquaintance.Friend),
        };
        var spot = new Spot((random.NextDouble() * 110) - 55, (random.NextDouble() * 340) - 170);
        var target = new Target(
            spot,
            Visibility.Default(layer) with { Level = level, LocationWasTurnedOn = true },
            number % 5 == 4 ? PresencePolicy.For(layer).TightenedTo(LocationTier.City) : PresencePolicy.For(layer),
            acquaintance);
        (double height, double width) = LocationAttacker.Size(target.Told);
        return target with
        {
            Spot = new Spot(OnPoint(spot.Latitude + 90, height / LocationAttacker.PointsOfSide) - 90, OnPoint(spot.Longitude + 180, width / LocationAttacker.PointsOfSide) - 180),
        };
    }

    private static double OnPoint(double at, double step) => (Math.Floor(at / step) + 0.5) * step;

    private static FlipAttack.Found Watch(
        Func<KnownPlace?, Spot, LocationTier, DateTimeOffset, KnownPlace> settle, LocationTier tier, int walks, CancellationToken ct)
    {
        var found = new FlipAttack.Found(0, 1);
        for (int i = 0; i < walks; i++)
        {
            ct.ThrowIfCancellationRequested();
            var random = new Random(i);
            var from = new Spot((random.NextDouble() * 110) - 55, (random.NextDouble() * 340) - 170);
            FlipAttack.Found one = FlipAttack.Watch(settle, tier, from, tier == LocationTier.City ? 600 : 120, random);
            found = new FlipAttack.Found(found.Changes + one.Changes, Math.Min(found.CellsPossibleMin, one.CellsPossibleMin));
        }

        return found;
    }
}
