using System.Diagnostics;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Clinic;

/// <summary>
/// A thousand streams stumble over a bug, and a fix helps all but ten of them. The clinic must say how many are concerned,
/// tell those that the fix helps from those that it does not without changing a row, release exactly these, and leave the
/// others where they are, until the event that they stumble over is discarded.
/// </summary>
internal static class ClinicProof
{
    private const int EventsPerStream = 6;
    private const int PoisonousVersion = 3;
    private const int HelplessEvery = 100;
    private const int HelplessAmount = 13;
    private const int AppendsAtOnce = 16;

    public static Proof Proof { get; } = new(
        "clinic",
        [
            "What is set aside can be tried with the current code: which streams would go through, and which rows would change, and nothing is changed by it.",
            "Those that go through are released in order and in bulk; the others stay as they are, until their event is discarded with a reason.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int streams = run.Sized(100, 1_000, 1_000), helpless = streams / HelplessEvery;
        bool bug = true;
        var model = new ReadModel(
            "TalliesSick", 1, false, new TallyTable("tallies_sick", counted => counted.Spoiled && (Volatile.Read(ref bug) || counted.Amount == HelplessAmount)));
        await using ProofDatabase database = await ProofDatabase.Create(run.Environment, "clinic", [model], ct);
        await using LogDatabase log = database.Open();
        await using var store = new PostgresEventStore(log, TimeProvider.System);
        var consumer = Consumer.Of(model, log);
        await using var daemon = new ProjectionDaemon([consumer], TimeProvider.System, new DaemonOptions { RetryAfter = [TimeSpan.Zero] });
        run.Progress($"{streams} streams, of which {helpless} are beyond the fix");
        await Append(store, streams, ct);
        daemon.Start();
        await Wait.Until(async () => await database.Count("log.wya_parked_streams where state = 'dead'", ct) == streams, "all dead letters", 120, ct);

        var figures = new Figures();
        ParkedOverview before = await DeadLetters.Overview(consumer, ct);
        figures.MustBe("parked", before.Streams, streams);
        figures.MustBe("events_waiting", before.EventsWaiting, streams * (EventsPerStream - PoisonousVersion + 1));
        figures.MustBe("kinds_of_failure", before.Kinds.Count, 1);

        Volatile.Write(ref bug, false);
        var letters = new DeadLetters();
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<ParkedTrial> trials = await letters.TryAll(consumer, limit: streams, ct: ct);
        figures.Note("tried_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
        figures.MustBe("would_go_through", trials.Count(trial => trial.Passes), streams - helpless);
        figures.MustBe("rows_that_would_change", trials.Sum(trial => trial.Rows.Count), streams - helpless);
        IReadOnlyList<LogEntry> recorded = await LogEntry.ReadAll(database.OwnerConnectionString, "log.mt_events", ct);
        figures.MustBe("rows_changed_by_trying", await Differences(database, recorded.Where(entry => entry.Version < PoisonousVersion), ct), 0);

        start = Stopwatch.GetTimestamp();
        ParkedRelease released = await letters.ReleasePassing(consumer, new Operator("prove", "the fold is mended"), ct: ct);
        await Wait.Until(async () => await database.Count("log.wya_parked_streams", ct) == helpless && await database.Count("log.wya_parked_streams where state = 'dead'", ct) == helpless, "the healed are free", 120, ct);
        figures.Note("released_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
        figures.MustBe("released", released.Released, streams - helpless);
        figures.MustBe("still_parked", released.Failing, helpless);
        HashSet<Guid> stay = [.. Enumerable.Range(0, streams).Where(IsHelpless).Select(StreamId)];
        figures.MustBe("rows_differing_after_release", await Differences(database, recorded.Where(entry => entry.Version < PoisonousVersion || !stay.Contains(entry.StreamId)), ct), 0);
        figures.MustBe("recorded_as_released", await database.Scalar("select coalesce(sum((numbers->>'streams')::int), 0) from log.wya_operations where verb = 'release' and actor = 'prove'", ct), streams - helpless);

        // A release of everything, whether it goes through or not, must be seen to leave streams behind.
        figures.MustBe("planted_blind_release_found", (await DeadLetters.RetryAll(consumer, new Operator("prove", "blindly"), ct)).Streams, helpless);
        await Wait.Until(async () => await database.Count("log.wya_parked_streams where state = 'dead'", ct) == helpless, "they fail again", 60, ct);
        foreach (Guid stream in stay)
        {
            await DeadLetters.Discard(consumer, stream, new Operator("prove", "beyond help"), ct);
        }

        await Wait.Until(async () => await database.Count("log.wya_parked_streams", ct) == 0, "nothing parked", 60, ct);
        figures.MustBe("rows_differing_at_the_end", await Differences(database, recorded.Where(entry => entry.Version != PoisonousVersion || !stay.Contains(entry.StreamId)), ct), 0);
        return figures;
    }

    private static Task<int> Differences(ProofDatabase database, IEnumerable<LogEntry> entries, CancellationToken ct) =>
        LogEntry.Differences(database.OwnerConnectionString, "tallies_sick", LogEntry.Fold(entries), ct);

    private static async Task Append(PostgresEventStore store, int streams, CancellationToken ct)
    {
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, AppendsAtOnce).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref next) is int stream && stream < streams)
                {
                    Counted[] events = [.. Enumerable.Range(1, EventsPerStream).Select(version =>
                        new Counted(Mark.Of(1, stream, version), IsHelpless(stream) ? HelplessAmount : 1, Spoiled: version == PoisonousVersion))];
                    await store.Append(new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(StreamId(stream), Tally.Stream.Name, ExpectedVersion.Any, events)), ct);
                }
            },
            ct)));
    }

    private static bool IsHelpless(int stream) => stream % HelplessEvery == 0;

    private static Guid StreamId(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5);
}
