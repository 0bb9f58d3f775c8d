using Wya.EventStore.Postgres;
using Wya.Prove.Servers;

namespace Wya.Prove.Tamper;

/// <summary>
/// A superuser with our source does to a chained log what they like, and redoes leaves and chain where that hides it inside the
/// database. Each time the log is verified against its checkpoints, which they cannot sign, and put back as it was. For each
/// check there must be a tampering that nothing else finds: a verifier without that check would have let it pass.
/// </summary>
internal static class TamperProof
{
    private const int Batches = 10;
    private const int BehindTheCheckpoint = 9;

    public static Proof Proof { get; } = new(
        "tamper",
        [
            "Whatever somebody with all rights to the safety database does to its log, the checkpoints outside show it; an untouched log is never suspected.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int tamperings, int batch) = run.Sized((90, 12), (1_000, 23), (20_000, 40));
        PostgresInstance? own = run.Environment.AdminConnectionString is null ? await PostgresInstance.Create(run.Environment, "tamper-server", ct: ct) : null;
        await using ProofDatabase database = await ProofDatabase.Create(
            run.Environment.AdminConnectionString ?? own!.AdminConnectionString, "tamper", [], own, ct, isChained: true);
        await using LogDatabase log = database.Open();
        using var site = new TamperedLog(database, log);
        int suspected = 0, untouched = 0;
        for (int i = 0; i < Batches; i++)
        {
            await site.Append(batch, ct);
            await site.Sign(ct);
            await Untouched();
        }

        await site.Append(BehindTheCheckpoint, ct);
        await Untouched();
        await site.Keep(ct);

        long signed = site.Checkpoints[^1].Says.Size, size = signed + BehindTheCheckpoint;
        var random = new Random(20261126);
        IReadOnlyList<Func<Random, Tampering>> ways = Tampering.Ways(signed, size);
        HashSet<string> kinds = [];
        HashSet<AuditFault> aloneFound = [];
        int found = 0, done = 0;
        run.Progress($"{tamperings} tamperings, {ways.Count} ways, a log of {size} events");
        for (; done < tamperings; done++)
        {
            Tampering tampering = ways[done % ways.Count](random);
            Judge(tampering.Kind, await site.After(tampering, ct));
            await site.PutBack(ct);
            if (done % 25 == 0)
            {
                await Untouched();
            }
        }

        foreach ((string kind, IReadOnlyList<SignedCheckpoint> left) in site.TamperedCheckpoints(random))
        {
            Judge(kind, await site.Verify(left, ct));
            done++;
        }

        await Untouched();
        var figures = new Figures();
        figures.Note("events", size);
        figures.Note("checkpoints", site.Checkpoints.Count);
        figures.Note("ways", kinds.Count);
        figures.Note("tamperings", done);
        figures.MustBe("found", found, done);
        figures.Note("untouched_logs", untouched);
        figures.MustBe("untouched_suspected", suspected, 0);
        figures.MustBe("planted_verifiers_without_a_check_caught", aloneFound.Count, Enum.GetValues<AuditFault>().Length);
        return figures;

        async Task Untouched()
        {
            untouched++;
            suspected += (await site.Verify(ct)).IsWhole ? 0 : 1;
        }

        void Judge(string kind, AuditReport report)
        {
            kinds.Add(kind);
            AuditFault[] faults = [.. report.Findings.Select(finding => finding.Fault).Distinct()];
            if (faults.Length == 0)
            {
                run.Progress($"not found: {kind}");
                return;
            }

            found++;
            if (faults is [var only])
            {
                aloneFound.Add(only);
            }
        }
    }
}
