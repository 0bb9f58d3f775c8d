using System.Diagnostics;
using System.Globalization;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Rebuild;

/// <summary>
/// Rebuilds read models over a long log while it grows, while readers read them without pause, and while an auditor takes
/// consistent snapshots of them. First one that the append itself writes, then one that the daemon writes, then that one
/// again after its rows have been damaged. Then its code gets a bug, which the comparison must catch before the swap; a
/// process that rebuilds is killed on the way, and another must go on where it was; and a swap is switched back. Every row holds a digest of all its events in their order, so a snapshot after
/// the swap that equals the fold at its own position shows that the swapped tables equalled the fold at theirs.
/// </summary>
internal static class RebuildProof
{
    private const int Streams = 1_000;
    private const int DamagedRows = 25;

    private const int BuggyAmount = 7;
    private const double SwitchBackSecondsMax = 1;

    private static readonly ReadModel Inline = new("TalliesInline", 1, true, new TallyTable("tallies_inline"));
    private static readonly ReadModel Followed = new("TalliesFollowed", 1, false, new TallyTable("tallies_followed"));

    /// <summary>The same, with a bug: events of one amount are not counted.</summary>
    private static readonly ReadModel Buggy = new("TalliesFollowed", 1, false, new TallyTable("tallies_followed", passesOver: counted => counted.Amount == BuggyAmount));

    public static IReadOnlyList<ReadModel> Models => [Inline, Followed];

    public static Proof Proof { get; } = new(
        "rebuild",
        [
            "A read model is rebuilt while it serves: no read fails, comes back empty, or goes back in time.",
            "A rebuild whose rows differ waits before the swap until somebody approves what differs, row by row with the events behind it.",
            "A rebuild whose process is killed goes on where it was, and a swap is switched back within a second.",
            "After the swap a rebuilt read model equals the fold of the log, whatever its rows held before.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int events = run.Sized(10_000, 200_000, 1_000_000), rate = run.Sized(300, 500, 500);
        await using ProofDatabase database = await ProofDatabase.Create(run.Environment, "rebuild", [Inline, Followed], ct);
        await using LogDatabase log = database.Open();
        await using var store = new PostgresEventStore(log, TimeProvider.System, [Inline]);
        await using var daemon = new ProjectionDaemon([Consumer.Of(Followed, log)], TimeProvider.System);
        var load = new RebuildLoad(store, Streams);
        run.Progress(string.Create(CultureInfo.InvariantCulture, $"filling a log of {events:N0} events"));
        await load.Fill(events, ct);
        daemon.Start();
        await database.UntilFollowed(Followed, await store.Head(ct), 300, ct);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var figures = new Figures();
        Task appending = load.Append(rate, stop.Token);
        RebuildReader[] readers = [.. from model in new[] { Inline, Followed } from _ in new[] { 1, 2 } select new RebuildReader(database.ConnectionString, model, Streams, stop.Token)];
        TableAudit[] audits = [new(database.ConnectionString, Inline, "select position from log.wya_log_head", stop.Token),
            new(database.ConnectionString, Followed, $"select last_seq_id from log.mt_event_progression where name = '{Followed.ProgressionName}'", stop.Token)];
        var rebuilds = new Rebuilds(log, Models, TimeProvider.System);
        long before = await store.Head(ct);
        Forecast forecast = (await rebuilds.Forecast([Inline.Name], ct: ct))![0];
        figures.Note("forecast_seconds", forecast.Seconds);

        await KilledMidway(run, database, log, rebuilds, events, figures, ct);
        await Caught(run, log, rebuilds, figures, ct);
        Task working = new RebuildWorker(log, Models, TimeProvider.System).Run(stop.Token);

        await One(run, rebuilds, Inline, "inline", expectedDifferences: 0, audits[0], figures, ct);
        await One(run, rebuilds, Followed, "followed", expectedDifferences: 0, audits[1], figures, ct);
        await Damage(database, audits[1], ct);
        await One(run, rebuilds, Followed, "damaged", DamagedRows, audits[1], figures, ct);
        await SwitchedBack(run, rebuilds, figures, ct);

        long appended = await store.Head(ct) - before;
        await stop.CancelAsync();
        await Task.WhenAll(appending, working, Task.WhenAll(readers.Select(reader => reader.Reading)), Task.WhenAll(audits.Select(audit => audit.Auditing)));
        await database.UntilFollowed(Followed, await store.Head(ct), 60, ct);

        IReadOnlyList<LogEntry> entries = await LogEntry.ReadAll(database.OwnerConnectionString, "log.mt_events", ct);
        figures.Note("events", entries.Count);
        figures.MustBeAtLeast("appended_meanwhile", appended, 1);
        figures.Note("reads", readers.Sum(reader => reader.Reads));
        figures.MustBe("reads_failed", readers.Sum(reader => reader.Failed), 0);
        figures.MustBe("reads_empty", readers.Sum(reader => reader.Empty), 0);
        figures.MustBe("reads_gone_back", readers.Sum(reader => reader.GoneBack), 0);
        figures.Note("read_max_ms", readers.Max(reader => reader.SlowestMilliseconds));
        figures.Note("snapshots", audits.Sum(audit => audit.Snapshots.Count));
        figures.MustBe("snapshots_differing", audits.Sum(audit => audit.Differing(entries)), 0);
        figures.MustBeAtLeast("damaged_snapshots_found", audits.Sum(audit => audit.DamagedDiffering(entries)), 1);
        Dictionary<Guid, TallyRow> fold = LogEntry.Fold(entries);
        figures.MustBe("inline_rows_differing", await LogEntry.Differences(database.OwnerConnectionString, "tallies_inline", fold, ct), 0);
        figures.MustBe("followed_rows_differing", await LogEntry.Differences(database.OwnerConnectionString, "tallies_followed", fold, ct), 0);
        return figures;
    }

    private static async Task One(
        ProofRun run, Rebuilds rebuilds, ReadModel model, string name, int expectedDifferences, TableAudit audit, Figures figures, CancellationToken ct)
    {
        run.Progress($"rebuild: {name}");
        long start = Stopwatch.GetTimestamp();
        RebuildAnswer asked = await rebuilds.Request(model.Name, "prove", ct: ct);
        if (asked.IsRefused)
        {
            throw new InvalidOperationException($"The rebuild was refused: {asked.Refusal.Code}");
        }

        RebuildJob? job = null;
        await Wait.Until(async () => (job = await rebuilds.Show(asked.Job.Id, ct)) is { IsActive: false } or { IsHeld: true }, $"the rebuild of {model.Name}", 900, ct);
        if (job is { IsHeld: true })
        {
            await rebuilds.Approve(model.Name, job.Fingerprint!, new Operator("prove", "it mends what was damaged"), ct);
            await Wait.Until(async () => (job = await rebuilds.Show(asked.Job.Id, ct)) is { IsActive: false }, $"the swap of {model.Name}", 900, ct);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (job is not { State: RebuildState.Done, SwapPosition: { } position })
        {
            throw new InvalidOperationException($"The rebuild of {model.Name} ended as {job?.State}: {job?.Error} {job?.Explanation}");
        }

        // At least one snapshot that begins after the swap, under the same load.
        audit.MendedAt(position);
        int snapshots = audit.Snapshots.Count;
        await Wait.Until(() => Task.FromResult(audit.Snapshots.Count >= snapshots + 2), "a snapshot after the swap", 30, ct);
        figures.Note($"{name}_seconds", seconds);
        figures.Note($"{name}_events_a_second", position / seconds);
        figures.MustBe($"{name}_rows_differing_at_swap", job.RowsDiffering ?? -1, expectedDifferences);
    }

    /// <summary>A process of its own rebuilds, slowly enough to be met, and is killed; what another does of it begins where that one was.</summary>
    private static async Task KilledMidway(ProofRun run, ProofDatabase database, LogDatabase log, Rebuilds rebuilds, int events, Figures figures, CancellationToken ct)
    {
        run.Progress("rebuild: its process is killed");
        int page = Math.Max(200, events / 50);
        await rebuilds.Request([Inline.Name], "prove", eventsASecondMax: events, ct: ct);
        RebuildJob? job = null;
        await using (WorkerProcess killed = await WorkerProcess.Start(RebuildWorkerProcess.Kind, new RebuildWorkerPlan(database.ConnectionString, page)))
        {
            await killed.Hear("ready", 60, ct);
            await Wait.Until(async () => (job = await rebuilds.Show(Inline.Name, ct))?.Position >= 3 * page, "the rebuild is on its way", 120, ct);
            await killed.Kill(ct);
        }

        long reached = (await rebuilds.Show(Inline.Name, ct))!.Position;
        figures.MustBeBelow("killed_at_share", reached / (double)events, 1);
        await rebuilds.Throttle(Inline.Name, null, "prove", ct);
        long lowest = long.MaxValue;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task heir = new RebuildWorker(log, Models, TimeProvider.System).Run(ended.Token);
        await Wait.Until(
            async () =>
            {
                job = await rebuilds.Show(Inline.Name, ct);
                lowest = Math.Min(lowest, job!.Position);
                return job.State == RebuildState.Done;
            },
            "the heir has ended it",
            900,
            ct);
        await ended.CancelAsync();
        await heir;
        figures.MustBeAtLeast("heir_began_behind_by", lowest - reached, 0);
        figures.MustBe("killed_rows_differing_at_swap", job!.RowsDiffering ?? -1, 0);
    }

    /// <summary>New code that forgets some events: nobody who reads may see it.</summary>
    private static async Task Caught(ProofRun run, LogDatabase log, Rebuilds rebuilds, Figures figures, CancellationToken ct)
    {
        run.Progress("rebuild: by code with a bug");
        await rebuilds.Request(Followed.Name, "prove", ct);
        await new RebuildWorker(log, [Inline, Buggy], TimeProvider.System).RunOnce(ct);
        RebuildJob held = (await rebuilds.Show(Followed.Name, ct))!;
        IReadOnlyList<RowDifference> rows = await rebuilds.Differences(held.Id, ct: ct);
        figures.MustBe("bug_caught_before_the_swap", held is { IsHeld: true, SwapPosition: null } ? 1 : 0, 1);
        figures.MustBeAtLeast("bug_rows_differing", held.RowsDiffering ?? 0, 1);
        figures.MustBe("bug_rows_shown_without_events", rows.Take(20).Count(row => row.Difference != "changed" || row.EventCount is not > 0 || row.Events.Count == 0), 0);
        await rebuilds.Cancel(Followed.Name, "prove", ct);
    }

    private static async Task SwitchedBack(ProofRun run, Rebuilds rebuilds, Figures figures, CancellationToken ct)
    {
        run.Progress("switch back");
        long start = Stopwatch.GetTimestamp();
        await rebuilds.SwitchBack(Inline.Name, "prove", ct);
        await Wait.Until(async () => await rebuilds.Show(Inline.Name, ct) is { Kind: RebuildKind.SwitchBack, State: RebuildState.Done }, "switched back", 60, ct);

        // The short form runs beside other tests, which may keep a processor for longer than the promise allows.
        figures.MustBeBelow("switch_back_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds, run.Size == ProofSize.Short ? double.PositiveInfinity : SwitchBackSecondsMax);
    }

    /// <summary>Rows that no fold would give; the audit is told, because it must see them.</summary>
    private static async Task Damage(ProofDatabase database, TableAudit audit, CancellationToken ct)
    {
        int snapshots = audit.Snapshots.Count;
        audit.DamagedFrom();

        // In the streams that take no more events, so that the daemon does not write over the damage from memory.
        await database.Execute($"update tallies_followed set total = total + 1 where stream_id in (select stream_id from tallies_followed order by stream_id desc limit {DamagedRows})", ct);
        await Wait.Until(() => Task.FromResult(audit.Snapshots.Count >= snapshots + 2), "a snapshot of the damage", 30, ct);
    }
}
