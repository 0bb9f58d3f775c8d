using System.Diagnostics;
using System.Globalization;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Storm;

/// <summary>
/// Two writer processes at once, with 16 and then with 64 writers between them, while connections break and transactions
/// roll back; readers in three processes follow the log live. In the end the log is compared with what every sender and
/// every reader knows, and every read model with a fold of the log. Then faults are planted, and the checker must see them.
/// </summary>
internal static class StormProof
{
    private const int Processes = 2;

    public static Proof Proof { get; } = new(
        "storm",
        [
            "Every acknowledged event is in the log exactly once, whatever breaks around its writer.",
            "What was refused or failed leaves nothing behind, and no command is recorded in part.",
            "Positions are dense, versions are gapless, and the order of each writer is kept.",
            "Every reader that follows the log by position sees every event once and in order.",
            "Every read model equals a fold of the log.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int streams = 1_000, seed = Environment.TickCount;
        await using ProofDatabase database = await ProofDatabase.Create(run.Environment, "storm", [StormPlan.Inline, StormPlan.Followed], ct);
        await using LogDatabase reading = database.Open();
        await using var store = new PostgresEventStore(reading, TimeProvider.System);
        var follower = new LogFollower(store, TimeSpan.FromMilliseconds(20), ct);
        List<StormPlan> plans = [];
        var counts = default(StormCounts);
        var figures = new Figures();
        long start = Stopwatch.GetTimestamp();
        List<(IReadOnlyList<Guid> Seen, long Head)> readers = [];
        foreach ((int writers, int events) in run.Sized<(int, int)[]>([(16, 2_000), (64, 2_000)], [(16, 100_000), (64, 100_000)], [(16, 1_000_000), (64, 1_000_000)]))
        {
            run.Progress($"{writers} writers in {Processes} processes, {events.ToString("N0", CultureInfo.InvariantCulture)} events");
            int firstSender = plans.Sum(plan => plan.Writers) + 1;
            StormPlan[] round = [.. Enumerable.Range(0, Processes).Select(n => new StormPlan(
                database.ConnectionString, run.Environment.Folder("storm"), $"storm-{writers}-{n}", firstSender + (n * writers / Processes), writers / Processes,
                events / Processes, streams, Readers: 2, seed))];
            plans.AddRange(round);
            counts = StormCounts.Sum([counts, await Round(database, store, round, seed, figures, readers, ct)]);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long head = await store.Head(ct);
        readers.Add((await follower.StopAt(head), head));

        run.Progress("comparing");
        IReadOnlyList<LogEntry> log = await LogEntry.ReadAll(database.OwnerConnectionString, "log.mt_events", ct);
        HistoryEntry[] history = [.. plans.SelectMany(plan => History.Read(plan.HistoryPath))];
        figures.Note("events", log.Count);
        figures.Note("seconds", seconds);
        figures.Note("commands", counts.Commands);
        figures.Note("conflicts", counts.Conflicts);
        figures.Note("refused", counts.Refused);
        figures.Note("rolled_back", counts.Failed);
        figures.Note("sent_again", counts.Repeated);
        LogChecker.Check(log, history).Tell(figures);
        Guid[] ids = [.. log.Select(entry => entry.Id)];
        ReaderFindings read = readers
            .Select(reader => LogChecker.CheckReader(ids[..(int)reader.Head], reader.Seen))
            .Aggregate(default(ReaderFindings), (a, b) => a + b);
        figures.Note("readers", readers.Count);
        figures.MustBe("readers_missed", read.Missed, 0);
        figures.MustBe("readers_doubled", read.Doubled, 0);
        figures.MustBe("readers_out_of_order", read.OutOfOrder, 0);
        Dictionary<Guid, TallyRow> fold = LogEntry.Fold(log);
        figures.MustBe("inline_rows_differing", await LogEntry.Differences(database.OwnerConnectionString, "tallies_inline", fold, ct), 0);
        figures.MustBe("followed_rows_differing", await LogEntry.Differences(database.OwnerConnectionString, "tallies_followed", fold, ct), 0);
        figures.MustBe("parked", await database.Count("log.wya_parked_streams", ct), 0);
        await PlantedFaults.Tell(database, history, run.Size, figures, ct);
        return figures;
    }

    private static async Task<StormCounts> Round(
        ProofDatabase database, PostgresEventStore store, StormPlan[] plans, int seed, Figures figures,
        List<(IReadOnlyList<Guid> Seen, long Head)> readers, CancellationToken ct)
    {
        List<WorkerProcess> workers = [];
        try
        {
            foreach (StormPlan plan in plans)
            {
                workers.Add(await WorkerProcess.Start("storm", plan));
            }

            await Task.WhenAll(workers.Select(worker => worker.Hear("ready", 60, ct)));
            StormCounts counts;
            await using (var disturbance = new Disturbance(database, seed))
            {
                await Task.WhenAll(workers.Select(worker => worker.Say("go")));
                string[] wrote = await Task.WhenAll(workers.Select(worker => worker.Hear("wrote", 1_800, ct)));
                counts = StormCounts.Sum(wrote.Select(StormCounts.Parse));
                figures.MustBeAtLeast($"connections_ended_{plans.Sum(plan => plan.Writers)}", disturbance.ConnectionsEnded, 1);
                figures.Note($"head_held_{plans.Sum(plan => plan.Writers)}", disturbance.Holds);
            }

            // What was cancelled may still be on its way; the workers' queues are empty once they have answered their last.
            long head = await store.Head(ct);
            await Task.WhenAll(workers.Select(worker => worker.Say($"finish {head}")));
            await Task.WhenAll(workers.Select(worker => worker.Hear("read", 120, ct)));
            await database.UntilFollowed(StormPlan.Followed, head, 120, ct);
            await Task.WhenAll(workers.Select(worker => worker.Say("stop")));
            await Task.WhenAll(workers.Select(worker => worker.Hear("done", 60, ct)));
            readers.AddRange(plans.SelectMany(plan => Enumerable.Range(0, plan.Readers).Select(reader => (LogFollower.Load(plan.SeenPath(reader)), head))));
            return counts;
        }
        finally
        {
            foreach (WorkerProcess worker in workers)
            {
                await worker.DisposeAsync();
            }
        }
    }
}
