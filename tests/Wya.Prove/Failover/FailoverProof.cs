using System.Diagnostics;
using System.Globalization;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Storm;
using Wya.Testing.Postgres;

namespace Wya.Prove.Failover;

/// <summary>
/// Kills the primary under load, again and again, and does what an operator does then: the standby that has most is
/// promoted, the others follow it, and the killed one comes back; every second time it comes back as it was first, beside
/// the new primary. Before the first kill no standby is there, and waits for one are cut short.
/// </summary>
internal static class FailoverProof
{
    private const int RecoverySecondsMax = 10;
    private const int CutShort = 3;

    public static Proof Proof { get; } = new(
        "failover",
        [
            "When a primary is lost and a standby promoted, nothing that was acknowledged is lost, and nothing is doubled.",
            "What was not known to be recorded is settled by sending it again under its id, whoever is the primary then.",
            "Writing goes on within 10 seconds of the loss, and read models equal the fold of their log afterwards.",
            "A commit whose wait for a standby was cut short is not acknowledged; a former primary that comes back is seen and not used.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int kills, int writesBetween) = run.Sized((1, 200), (10, 2_000), (200, 2_000));
        var figures = new Figures();
        await using (FailoverSite site = await FailoverSite.Open(run.Environment, "failover", servers: 3, isSynchronous: true, withApi: run.Size != ProofSize.Short, ct))
        {
            site.StartLoad(ct);
            await site.Hosts.Hosts.FirstLook(); // and every second from now on
            List<double> engineBack = [], httpBack = [];
            int fencedSeen = 0;
            long ownEvents = 0;
            for (int kill = 1; kill <= kills; kill++)
            {
                await UntilWritten(site, writesBetween, ct);
                PostgresMember former = site.Set.Primary;
                if (kill == 1)
                {
                    await CutWaitsShort(site, figures, ct);
                }

                long killed = Stopwatch.GetTimestamp();
                await former.Kill(ct);
                await site.Set.PromoteBest();
                (long engine, int http) = (site.Counts.Acknowledged, site.HttpAcknowledged);
                engineBack.Add(await Since(killed, () => site.Counts.Acknowledged > engine, site, ct));
                if (site.Domains is not null)
                {
                    httpBack.Add(await Since(killed, () => site.HttpAcknowledged > http, site, ct));
                }

                if (kill % 2 == 1)
                {
                    await former.Start(ct);
                    await Until(site, () => Task.FromResult(site.Hosts.Hosts.IsOneFenced), "the former primary is seen", ct);
                    Divergence divergence = (await site.Hosts.Hosts.CompareFenced(site.Hosts.LogSchema, ct)).Single();
                    fencedSeen++;
                    ownEvents += divergence.OwnEvents;
                    await UntilWritten(site, writesBetween / 10, ct);
                    await former.Kill(ct);
                }

                await site.Set.Rejoin(former, ct);
                run.Progress(string.Create(CultureInfo.InvariantCulture, $"kill {kill} of {kills}, back after {engineBack[^1]:N0} ms, {site.Counts.Acknowledged:N0} writes"));
            }

            await UntilWritten(site, writesBetween, ct);
            await site.StopLoad(ct);
            run.Progress("comparing");
            figures.MustBe("kills", engineBack.Count, kills);
            figures.Note("back_p50_ms", Median(engineBack));
            figures.MustBeBelow("back_max_ms", engineBack.Max(), RecoverySecondsMax * 1_000);
            if (site.Domains is not null)
            {
                figures.Note("http_back_p50_ms", Median(httpBack));
                figures.MustBeBelow("http_back_max_ms", httpBack.Max(), RecoverySecondsMax * 1_000);
                figures.Note("http_sent_again", site.HttpSentAgain);
            }

            await Compare(site, figures, ct);
            figures.MustBe("former_primaries_fenced", fencedSeen, (kills + 1) / 2);
            figures.Note("events_of_their_own", ownEvents);
        }

        run.Progress("the same without waiting for a standby, which must be seen to lose");
        await TellOfLosing(run, figures, ct);
        return figures;
    }

    /// <summary>No standby is there, and what waits for one is ended, as by an administrator: it says success then, and must not be believed.</summary>
    private static async Task CutWaitsShort(FailoverSite site, Figures figures, CancellationToken ct)
    {
        PostgresMember[] standbys = [.. site.Set.Standbys];
        foreach (PostgresMember standby in standbys)
        {
            await standby.Kill(ct);
        }

        // Whoever's it is: a commit that notifies holds a lock of the whole server while it waits, so one waits for all.
        const string Waiting = "from pg_stat_activity where wait_event = 'SyncRep' and application_name like 'wya-%'";
        await Until(site, () => site.Set.Primary.Scalar<bool>($"select exists (select {Waiting})", ct), "commits wait for a standby", ct);
        long before = -1;
        await Until(
            site,
            () =>
            {
                (long known, before) = (before, site.Acknowledged); // those answered just before are counted a moment later
                return Task.FromResult(known == before);
            },
            "nobody is answered any more",
            ct);
        int cut = 0;
        await Until(
            site,
            async () =>
            {
                cut += (int)await site.Set.Primary.Scalar<long>($"select count(*) filter (where pg_cancel_backend(pid)) {Waiting}", ct);
                return cut >= CutShort;
            },
            "waits are cut short",
            ct);
        await Until(site, () => site.Set.Primary.Scalar<bool>($"select exists (select {Waiting})", ct), "they are sent again, and wait", ct);
        figures.Note("waits_cut_short", cut);
        figures.MustBe("acknowledged_without_a_standby", site.Acknowledged - before, 0);
        await Task.WhenAll(standbys.Select(standby => standby.Start(ct)));
        await Task.WhenAll(standbys.Select(site.Set.UntilFollowed));
    }

    private static async Task Compare(FailoverSite site, Figures figures, CancellationToken ct)
    {
        long head = await site.Scalar(site.Engine, "select position from log.wya_log_head", ct);
        await Wait.Until(
            async () => await site.Scalar(site.Engine, $"select coalesce(max(last_seq_id), 0) from log.mt_event_progression where name = '{StormPlan.Followed.ProgressionName}'", ct) >= head,
            "the read model is at the head", 120, ct);
        IReadOnlyList<LogEntry> log = await LogEntry.ReadAll(site.OnPrimary(site.Engine), "log.mt_events", ct);
        LogFindings found = LogChecker.Check(log, History.Read(site.HistoryPath));
        if (site.Domains is { } domains)
        {
            IReadOnlyList<LogEntry> identity = await LogEntry.ReadAll(site.OnPrimary(domains.Identity), "log.mt_events", ct);
            LogFindings overHttp = LogChecker.Check(identity, History.Read(site.IdentityHistoryPath));
            figures.MustBeAtLeast("acknowledged_over_http", overHttp.AcknowledgedCommands, 1);
            found = LogFindings.Sum(found, overHttp);
        }

        found.Tell(figures);
        (long asked, long resolved) = site.Counts.Unknown;
        figures.Note("unknown_to_writers", asked);
        figures.MustBe("unknown_left", asked - resolved + found.Unknown, 0);
        figures.Note("sent_again_and_found", site.Counts.FoundRecorded);
        Dictionary<Guid, TallyRow> fold = LogEntry.Fold(log);
        figures.MustBe("inline_rows_differing", await LogEntry.Differences(site.OnPrimary(site.Engine), "tallies_inline", fold, ct), 0);
        figures.MustBe("followed_rows_differing", await LogEntry.Differences(site.OnPrimary(site.Engine), "tallies_followed", fold, ct), 0);
        figures.MustBe("parked", await site.Scalar(site.Engine, "select count(*) from log.wya_parked_streams", ct), 0);
    }

    /// <summary>The positive control: commits that wait for nobody, and a standby that was away for a moment when the primary was lost.</summary>
    private static async Task TellOfLosing(ProofRun run, Figures figures, CancellationToken ct)
    {
        await using FailoverSite site = await FailoverSite.Open(run.Environment, "failover-losing", servers: 2, isSynchronous: false, withApi: false, ct);
        PostgresMember standby = site.Set.Standbys.Single(), former = site.Set.Primary;
        await site.Write(firstSender: 1, commandsOfEach: 10);
        await standby.Kill(ct);
        await site.Write(firstSender: 101, commandsOfEach: 10);
        await former.Kill(ct);
        await standby.Start(ct);
        await site.Set.PromoteBest();
        await site.Write(firstSender: 201, commandsOfEach: 10);
        LogFindings found = LogChecker.Check(await LogEntry.ReadAll(site.OnPrimary(site.Engine), "log.mt_events", ct), History.Read(site.HistoryPath));
        figures.MustBeAtLeast("control_lost_found_by_id", found.Lost, 1);
        figures.MustBe("control_lost_found_by_position", found.HoldsByPosition ? 0 : 1, 0);
    }

    private static Task UntilWritten(FailoverSite site, int more, CancellationToken ct)
    {
        long wanted = site.Counts.Acknowledged + more;
        return Until(site, () => Task.FromResult(site.Counts.Acknowledged >= wanted), $"{more} more writes", ct);
    }

    private static async Task<double> Since(long start, Func<bool> condition, FailoverSite site, CancellationToken ct)
    {
        await Until(site, () => Task.FromResult(condition()), "an acknowledgement by the new primary", ct);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static Task Until(FailoverSite site, Func<Task<bool>> condition, string what, CancellationToken ct) => Wait.Until(
        async () =>
        {
            await site.StillRuns();
            return await condition();
        },
        what, 180, ct);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
