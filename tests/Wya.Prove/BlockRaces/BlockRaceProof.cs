using System.Collections.Concurrent;
using System.Globalization;
using Wya.Domain.Identity.Events;
using Wya.Prove.Servers;
using Wya.Testing.Http;
using Wya.Testing.Redis;

namespace Wya.Prove.BlockRaces;

/// <summary>
/// Blocks, and birthdays that move somebody into another layer, against people who look for each other and write to each
/// other through two nodes, over caches that hold what was before.
/// </summary>
internal static class BlockRaceProof
{
    private const int AtOnce = 12;
    private const int LooksAfter = 4;

    public static Proof Proof { get; } = new(
        "block-races",
        [
            "Whoever is blocked finds and reaches nobody any more, on no surface and through no node, with any request that begins after the block was answered; nor does who blocked.",
            "The same holds for two whom a birthday has parted, once the domains that enforce it have taken it.",
        ],
        Run);

    private static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int blocks, int layerChanges) = run.Sized((100, 12), (19_000, 1_000), (95_000, 5_000));
        await using PostgresInstance? own = run.Environment.AdminConnectionString is null
            ? await PostgresInstance.Create(run.Environment, "block-races-server", "-c max_connections=300", ct)
            : null;
        string admin = own?.AdminConnectionString ?? run.Environment.AdminConnectionString!;
        await using RedisInstance cache = await RedisInstance.Start("cache");
        await using RedisInstance presence = await RedisInstance.Start("presence");
        await using SystemSite site = await SystemSite.Open(run.Environment, "blockraces", _ => admin, ct);
        await site.Start(2, ct, new Dictionary<string, string>
        {
            ["ConnectionStrings__cache"] = cache.ConnectionString,
            ["ConnectionStrings__presence"] = presence.ConnectionString,
        });
        await using var couples = new Couples(site);

        run.Progress(string.Create(CultureInfo.InvariantCulture, $"{blocks:#,0} blocks"));
        ConcurrentBag<RaceFindings> ofBlocks = [];
        int answeredAsPending = 0;
        await Parallel.ForAsync(0, AtOnce, ct, async (lane, stop) =>
        {
            using var viaOne = new LeanApi(site.Nodes[lane % 2].Address);
            using var viaOther = new LeanApi(site.Nodes[(lane + 1) % 2].Address);
            Couple couple = await couples.Make(2 * lane, "1990-01-01", stop);
            for (int race = lane; race < blocks; race += AtOnce)
            {
                couple = await couples.StillThere(couple, stop);
                ofBlocks.Add(await Race.Run(
                    couple, viaOne, viaOther, LooksAfter,
                    async () =>
                    {
                        IReadOnlyCollection<string> pending = await couples.Block(couple, stop);
                        Interlocked.Add(ref answeredAsPending, pending.Count > 0 ? 1 : 0);
                        return pending;
                    },
                    stop));
                await couples.MakePeace(couple, stop);
            }
        });

        run.Progress(string.Create(CultureInfo.InvariantCulture, $"{layerChanges:#,0} birthdays"));
        ConcurrentBag<RaceFindings> ofBirthdays = [];
        await Parallel.ForAsync(0, layerChanges / 2, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (n, stop) =>
        {
            using var viaOne = new LeanApi(site.Nodes[n % 2].Address);
            using var viaOther = new LeanApi(site.Nodes[(n + 1) % 2].Address);
            Couple couple = await couples.Make(2 * (AtOnce + n), couples.BirthDateOfMinors, stop);
            ofBirthdays.Add(await Race.Run(
                couple, viaOne, viaOther, LooksAfter, () => couples.Grow(couple.One, AgeLayer.Minor, AgeLayer.Transitional, stop), stop));
            await couples.Grow(couple.Other, AgeLayer.Minor, AgeLayer.Transitional, stop); // they meet again
            ofBirthdays.Add(await Race.Run(
                couple, viaOne, viaOther, LooksAfter, () => couples.Grow(couple.Other, AgeLayer.Transitional, AgeLayer.Adult, stop), stop));
        });

        var figures = new Figures();
        figures.MustBe("block_races", ofBlocks.Count, blocks);
        figures.Note("answered_while_pending", answeredAsPending);
        Tell(figures, "block", ofBlocks);
        figures.MustBe("birthday_races", ofBirthdays.Count, layerChanges);
        Tell(figures, "birthday", ofBirthdays);
        return figures;
    }

    private static void Tell(Figures figures, string of, IEnumerable<RaceFindings> races)
    {
        RaceFindings all = races.Aggregate((one, other) => one + other);
        figures.Note($"{of}_looks", all.Looks);
        figures.MustBeAtLeast($"{of}_shown_before", all.ShownBefore, 1);
        figures.MustBeAtLeast($"{of}_looks_after", all.After, 1);
        figures.MustBe($"{of}_leaks", all.Leaks, 0);
        figures.MustBe($"{of}_looks_failed", all.Failed, 0);
        figures.MustBeAtLeast($"{of}_planted_keeping_reader_found", all.NaiveLeaks, 1);
    }
}
