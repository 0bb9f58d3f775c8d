using System.Diagnostics;
using System.Globalization;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Rebuild;

/// <summary>
/// Rebuilds read models over a long log while it grows, while readers read them without pause, and while an auditor takes
/// consistent snapshots of them. First one that the append itself writes, then one that the daemon writes, then that one
/// again after its rows have been damaged. Every row holds a digest of all its events in their order, so a snapshot after
/// the swap that equals the fold at its own position shows that the swapped tables equalled the fold at theirs.
/// </summary>
internal static class RebuildProof
{
    private const int Streams = 1_000;
    private const int DamagedRows = 25;

    private static readonly ReadModel Inline = new("TalliesInline", 1, true, new TallyTable("tallies_inline"));
    private static readonly ReadModel Followed = new("TalliesFollowed", 1, false, new TallyTable("tallies_followed"));

    public static Proof Proof { get; } = new(
        "rebuild",
        [
            "A read model is rebuilt while it serves: no read fails, comes back empty, or goes back in time.",
            "After the swap a rebuilt read model equals the fold of the log, whatever its rows held before.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int events = run.Sized(10_000, 200_000, 2_000_000), rate = run.Sized(300, 500, 500);
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
        Task working = new RebuildWorker(log, [Inline, Followed], TimeProvider.System).Run(stop.Token);
        var rebuilds = new Rebuilds(log, [Inline, Followed], TimeProvider.System);
        long before = await store.Head(ct);

        await One(run, rebuilds, Inline, "inline", expectedDifferences: 0, audits[0], figures, ct);
        await One(run, rebuilds, Followed, "followed", expectedDifferences: 0, audits[1], figures, ct);
        await Damage(database, audits[1], ct);
        await One(run, rebuilds, Followed, "damaged", DamagedRows, audits[1], figures, ct);

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
        await Wait.Until(async () => (job = await rebuilds.Show(asked.Job.Id, ct)) is { IsActive: false }, $"the rebuild of {model.Name}", 900, ct);
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
