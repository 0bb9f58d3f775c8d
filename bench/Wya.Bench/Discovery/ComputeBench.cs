using System.Globalization;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Projections.Discovery;

namespace Wya.Bench.Discovery;

/// <summary>
/// (a) One answer from the town in memory: whoever may be proposed, ranked, and the best ranked once more as after the rows; by
/// how many people are there. Rows and HTTP are left out: they cost the same for a village and a city.
/// </summary>
internal static class ComputeBench
{
    private const double P99BelowMilliseconds = 15;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000];

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        foreach (int people in options.Quick ? Sizes[..2] : Sizes)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            BenchTown bench = BenchTown.Create(people);
            double bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / people;
            string of = people.ToString("N0", CultureInfo.InvariantCulture);
            foreach (int callers in (int[])[1, 2])
            {
                await Rounds.Callers(callers, options.Round / 2, _ => Task.FromResult(Answer(bench)));
                List<float> calls = [];
                double rate = 0;
                for (int round = 0; round < options.Rounds; round++)
                {
                    Round measured = await Rounds.Callers(callers, options.Round, _ => Task.FromResult(Answer(bench)));
                    calls.AddRange(measured.CallMilliseconds);
                    rate += measured.PerSecond / options.Rounds;
                }

                yield return BenchRow.Within(
                    $"(a) compute an answer of 20 among {of} people present, {BenchTown.FriendsEach} friends each, {callers} caller{(callers == 1 ? "" : "s")}", calls, P99BelowMilliseconds) with
                {
                    Unit = "answers/s",
                    Ours = rate,
                };
            }

            yield return new BenchRow($"(a) memory of a person among {of}, with their friends", "bytes", bytes);
            GC.KeepAlive(bench);
        }
    }

    private static int Answer(BenchTown bench)
    {
        Guid user = bench.People[Random.Shared.Next(bench.People.Length)];
        var day = new DateOnly(2026, 6, 15);
        var viewer = new Viewer(new UserId(user), AgeLayer.Adult, MayMeetStrangers: true, DiscoveryPreferences.Default);
        IReadOnlyList<Proposal> around = bench.Town.Around(user, day);
        IReadOnlyList<RankedPerson> best = Ranking.Rank(viewer, around.Select(one => one.Candidate), day, 2 * DiscoveryPolicy.ResultsMax);
        HashSet<UserId> kept = [.. best.Select(one => one.Id)];
        IReadOnlyList<RankedPerson> shown = Ranking.Rank(viewer, around.Select(one => one.Candidate).Where(one => kept.Contains(one.Id)), day);
        return shown.Count == DiscoveryPolicy.ResultsMax && Sentences.Of(shown[0].Factors).Length > 0
            ? 1
            : throw new InvalidOperationException("An answer is not of twenty.");
    }
}
