using System.Diagnostics;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Poison;

/// <summary>
/// A fold with a bug that fails on some events, each in a stream of its own, while the log grows at a steady rate. The
/// streams that stumble are set aside whole; what is appended to the others must be visible as fast as ever. Then the bug
/// is mended, and the parked streams must resume where they stood, in order, with nothing left out.
/// </summary>
internal static class PoisonProof
{
    private const int EventsPerStream = 25;

    public static Proof Proof { get; } = new(
        "poison",
        [
            "A poisonous event stops its own stream and no other: what is appended elsewhere is visible within a second.",
            "A parked stream keeps what it had before the failure, and resumes in order once the code is mended.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int events, int poisonous, int rate) = run.Sized((5_000, 50, 2_500), (100_000, 1_000, 4_000), (1_000_000, 10_000, 4_000));
        var bug = new Bug();
        var model = new ReadModel("TalliesPoisoned", 1, false, new TallyTable("tallies_poisoned", counted => counted.Spoiled && bug.IsThere));
        await using ProofDatabase database = await ProofDatabase.Create(run.Environment, "poison", [model], ct);
        await using LogDatabase log = database.Open();
        await using var store = new PostgresEventStore(log, TimeProvider.System);
        var consumer = Consumer.Of(model, log);

        // Among the tests the schedule of retries runs out within seconds, so that streams become dead letters too.
        DaemonOptions options = run.Size == ProofSize.Short
            ? new DaemonOptions { RetryAfter = [.. Enumerable.Range(0, 6).Select(failures => TimeSpan.FromMilliseconds(20 << failures))] }
            : new DaemonOptions();
        await using var daemon = new ProjectionDaemon([consumer], TimeProvider.System, options);
        daemon.Start();

        run.Progress($"{events} events, {poisonous} of them poisonous, {rate} a second");
        var plan = new PoisonPlan(events / EventsPerStream, EventsPerStream, poisonous);
        await using var lag = new LagProbe(database.ConnectionString, "tallies_poisoned");
        long start = Stopwatch.GetTimestamp();
        await plan.AppendAll(store, rate, lag, ct);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await lag.Drain(30, ct);
        long head = await store.Head(ct);
        await database.UntilFollowed(model, head, 60, ct);
        if (run.Size == ProofSize.Short)
        {
            await Wait.Until(async () => await database.Count("log.wya_parked_streams where state = 'dead'", ct) == poisonous, "all dead letters", 60, ct);
        }

        var figures = new Figures();
        figures.Note("events", events);
        figures.MustBe("poisonous", await database.Count("log.mt_events where data->>'spoiled' = 'true'", ct), poisonous);
        figures.Note("events_a_second", events / seconds);
        figures.MustBe("parked", await database.Count("log.wya_parked_streams", ct), poisonous);
        figures.Note("dead_letters", await database.Count("log.wya_parked_streams where state = 'dead'", ct));
        figures.Note("lag_samples", lag.Samples.Count);
        figures.MustBeBelow("lag_p50_ms", lag.Percentile(0.50), 1_000);
        figures.Note("lag_p99_ms", lag.Percentile(0.99));

        // The short form runs beside other tests, which may keep a processor for longer than the promise allows.
        figures.MustBeBelow("lag_max_ms", lag.Percentile(1), run.Size == ProofSize.Short ? double.PositiveInfinity : 1_000);

        IReadOnlyList<LogEntry> recorded = await LogEntry.ReadAll(database.OwnerConnectionString, "log.mt_events", ct);
        Dictionary<Guid, TallyRow> beforeFix = LogEntry.Fold(recorded.Where(entry => !plan.IsSetAside(entry)));
        figures.MustBe("rows_differing_before_fix", await LogEntry.Differences(database.OwnerConnectionString, "tallies_poisoned", beforeFix, ct), 0);

        run.Progress("mended");
        bug.IsThere = false;
        long mended = Stopwatch.GetTimestamp();
        await foreach (Guid stream in ParkedStreams(database, ct))
        {
            await DeadLetters.Retry(consumer, stream, new Operator("prove", "the fold is mended"), ct);
        }

        await Wait.Until(async () => await database.Count("log.wya_parked_streams", ct) == 0, "nothing parked", 300, ct);
        figures.Note("resumed_seconds", Stopwatch.GetElapsedTime(mended).TotalSeconds);
        figures.MustBe("parked_after_fix", await database.Count("log.wya_parked_streams", ct), 0);
        figures.MustBe("rows_differing_after_fix", await LogEntry.Differences(database.OwnerConnectionString, "tallies_poisoned", LogEntry.Fold(recorded), ct), 0);
        figures.MustBe("planted_left_out_found", await SkippedInsteadOfParked(database, recorded, plan, ct), 1);
        return figures;
    }

    /// <summary>A read model that skips what it stumbles over instead of parking it must be seen to differ from the fold.</summary>
    private static async Task<double> SkippedInsteadOfParked(ProofDatabase database, IReadOnlyList<LogEntry> recorded, PoisonPlan plan, CancellationToken ct)
    {
        Dictionary<Guid, TallyRow> skipping = LogEntry.Fold(recorded.Where(entry => !plan.IsPoisonous(entry)));
        return await LogEntry.Differences(database.OwnerConnectionString, "tallies_poisoned", skipping, ct) == plan.Poisonous ? 1 : 0;
    }

    private static async IAsyncEnumerable<Guid> ParkedStreams(
        ProofDatabase database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("select stream_id from log.wya_parked_streams order by first_seq_id", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return reader.GetGuid(0);
        }
    }

    private sealed class Bug
    {
        private volatile bool isThere = true;

        public bool IsThere
        {
            get => isThere;
            set => isThere = value;
        }
    }
}
