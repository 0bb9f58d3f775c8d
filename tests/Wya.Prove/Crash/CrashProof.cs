using System.Diagnostics;
using System.Globalization;
using Wya.Prove.Checking;

namespace Wya.Prove.Crash;

/// <summary>
/// Ends, with SIGKILL and under load, in turn: the processes that take commands, those that keep read models, and the
/// database server with all its processes. What was acknowledged to anybody must be there in the end, by event id, once
/// and in order, and every read model must equal the fold of its log.
/// It does not show what a power cut does: the operating system survives, and with it what was written but not synced.
/// </summary>
internal static class CrashProof
{
    public static Proof Proof { get; } = new(
        "crash",
        [
            "What was acknowledged survives the death of any process, the database server included: none lost, none doubled, none out of order.",
            "A command sent again under its key after any failure is recorded once, and answered as the first time.",
            "Read models equal the fold of their log after every crash, strongly consistent and asynchronous ones.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int cycles, int writes) = run.Sized((3, 1_500), (40, 50_000), (1_000, 1_000_000));
        var figures = new Figures();
        await using (CrashSite site = await CrashSite.Open(run.Environment, ct))
        {
            List<double> recoveries = [];
            long start = Stopwatch.GetTimestamp();
            for (int cycle = 1; cycle <= cycles; cycle++)
            {
                (string name, Func<CancellationToken, Task> crash) = (cycle % 3) switch
                {
                    1 => ("api", site.CrashApi),
                    2 => ("daemon", site.CrashDaemon),
                    _ => ("postgres", (Func<CancellationToken, Task>)site.CrashServer),
                };
                await UntilLoaded(site, (long)writes * cycle / (cycles + 1), ct);
                await Task.Delay(Random.Shared.Next(200), ct);
                int before = site.HttpAcknowledged;
                long killed = Stopwatch.GetTimestamp();
                await crash(ct);
                await Wait.Until(() => Acknowledges(site, before + 1), $"an acknowledgement after cycle {cycle} ({name})", 60, ct);
                recoveries.Add(Stopwatch.GetElapsedTime(killed).TotalMilliseconds);
                if (cycle % Math.Max(1, cycles / 10) == 0)
                {
                    run.Progress(string.Create(CultureInfo.InvariantCulture, $"cycle {cycle} of {cycles}, {site.Acknowledged():N0} writes"));
                }
            }

            await UntilLoaded(site, writes, ct);
            await site.Settle(ct);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            run.Progress("comparing");
            await Compare(site, writes, figures, ct);
            figures.MustBe("cycles", cycles, recoveries.Count);
            figures.Note("seconds", seconds);
            figures.Note("back_p50_ms", Percentile(recoveries, 0.5));
            figures.Note("back_max_ms", Percentile(recoveries, 1));
            figures.Note("http_sent_again", site.HttpSentAgain);
        }

        run.Progress("the same with synchronous_commit off, which must be seen to lose");
        await LosingServer.Tell(run, figures, ct);
        return figures;
    }

    private static async Task Compare(CrashSite site, int writes, Figures figures, CancellationToken ct)
    {
        IReadOnlyList<LogEntry> engineLog = await LogEntry.ReadAll(site.Engine.OwnerConnectionString, "log.mt_events", ct);
        LogFindings engine = LogChecker.Check(engineLog, site.EngineHistoryPaths.SelectMany(History.Read));
        IReadOnlyList<LogEntry> identityLog = await LogEntry.ReadAll(site.Identity.OwnerConnectionString, "log.mt_events", ct);
        LogFindings identity = LogChecker.Check(identityLog, History.Read(site.IdentityHistoryPath));
        var both = LogFindings.Sum(engine, identity);
        figures.MustBeAtLeast("acknowledged_writes", both.AcknowledgedCommands, writes);
        figures.Note("of_them_over_http", identity.AcknowledgedCommands);
        both.Tell(figures);
        Dictionary<Guid, TallyRow> fold = LogEntry.Fold(engineLog);
        figures.MustBe("inline_rows_differing", await LogEntry.Differences(site.Engine.OwnerConnectionString, "tallies_inline", fold, ct), 0);
        figures.MustBe("followed_rows_differing", await LogEntry.Differences(site.Engine.OwnerConnectionString, "tallies_followed", fold, ct), 0);
        figures.MustBe("users_differing", await IdentityFold.UsersDiffering(site.Identity, ct), 0);
        figures.MustBe("permissions_differing", await IdentityFold.PermissionsDiffering(site.Identity, ct), 0);
        figures.MustBe("account_history_differing", await IdentityFold.HistoryDiffering(site.Identity, ct), 0);
        figures.MustBe("parked", await site.Engine.Count("log.wya_parked_streams", ct) + await site.Identity.Count("log.wya_parked_streams", ct), 0);
    }

    private static Task UntilLoaded(CrashSite site, long writes, CancellationToken ct) => Wait.Until(
        async () =>
        {
            await site.StillRuns();
            return site.Acknowledged() >= writes;
        },
        $"{writes} writes",
        300,
        ct);

    private static async Task<bool> Acknowledges(CrashSite site, int count)
    {
        await site.StillRuns();
        return site.HttpAcknowledged >= count;
    }

    private static double Percentile(List<double> values, double share) => values.Order().ElementAt((int)Math.Min(values.Count - 1, share * values.Count));
}
