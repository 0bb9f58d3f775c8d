using System.Diagnostics;
using Wya.EventStore.Postgres;
using Wya.Projections.Relay;
using Wya.Prove.Checking;
using Wya.Prove.Servers;
using Wya.Testing;
using Wya.Testing.Rabbit;

namespace Wya.Prove.Relay;

/// <summary>
/// A log is written at a steady rate and relayed by two processes, of which one leads, to a real RabbitMQ; meanwhile
/// everything between them is broken in turn. What stands in the partitions in the end is compared with the log's table.
/// </summary>
internal static class RelayProof
{
    private const int Partitions = 4;
    private const int Writers = 16;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    public static Proof Proof { get; } = new(
        "relay",
        [
            "Every event of a relayed domain arrives in the external log at least once, in its stream's partition, whatever stops, hangs or dies between the two.",
            "The first arrivals of a stream's events are in the stream's order, and whatever arrives again is the same under the same id; so a consumer takes each event once by remembering a version.",
        ],
        Run);

    private static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int events, int rate, int rounds) = run.Sized((2_000, 2_000, 0), (200_000, 1_500, 1), (2_000_000, 1_500, 10));
        await using ProofDatabase database = await ProofDatabase.Create(run.Environment, "relay", [], ct);
        await using LogDatabase log = database.Open();
        await using var store = new PostgresEventStore(log, TimeProvider.System);
        run.Progress("RabbitMQ starts");
        long starting = Stopwatch.GetTimestamp();
        await using RabbitServer rabbit = await RabbitServer.Start();
        double startSeconds = Stopwatch.GetElapsedTime(starting).TotalSeconds;
        await using var line = new CutLine(rabbit.Port);
        await using var site = new RelaySite(database, rabbit, line, Partitions);
        await site.Start(run.Size == ProofSize.Short ? 1 : 2);

        run.Progress($"{events} events, {rate} a second");
        long start = Stopwatch.GetTimestamp();
        var writers = new RelayWriters(store, events, rate, Writers);
        Task writing = writers.Run(ct);
        await site.UntilMoves(ct);
        if (rounds == 0)
        {
            await site.Short(ct);
        }

        for (int round = 0; round < rounds; round++)
        {
            await site.Round(run.Progress, ct);
        }

        writers.MayEnd();
        await writing;
        double written = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long head = await store.Head(ct);
        await Wait.Until(async () => await site.Position(ct) == head, "all is relayed", 300, ct);
        double relayed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await site.Stop();

        run.Progress("what arrived is read");
        List<ReceivedEvent> arrived = [];
        RelaySettings settings = RelayWorker.Settings(rabbit.Address(), Partitions);
        IReadOnlyList<LogEntry> recorded = await LogEntry.ReadAll(database.OwnerConnectionString, "log.mt_events", ct);
        for (int partition = 0; partition < Partitions; partition++)
        {
            // On a busy machine quiet is not the end: what is missing is waited for, but not for ever.
            var missing = recorded.Where(entry => settings.PartitionOf(entry.StreamId) == partition).Select(entry => entry.Id).ToHashSet();
            long next = 0;
            for (int time = 1; time == 1 || (missing.Count > 0 && time < 10); time++)
            {
                await foreach (ReceivedEvent one in RelayReader.Read(settings, "prove", partition, next, Quiet, ct))
                {
                    arrived.Add(one);
                    missing.Remove(one.Published.Id);
                    next = one.Offset + 1;
                }
            }
        }

        RelayFindings findings = RelayChecker.Check(recorded, arrived, settings.PartitionOf);
        var figures = new Figures();
        figures.Note("server_start_seconds", startSeconds);
        figures.MustBeAtLeast("events", recorded.Count, events);
        figures.Note("written_seconds", written);
        figures.Note("relayed_after_seconds", relayed - written);
        site.Tell(figures, mustHaveBroken: rounds > 0);
        figures.Note("arrived", arrived.Count);
        figures.Note("arrived_again", findings.Repeated);
        figures.MustBe("lost", findings.Lost, 0);
        figures.MustBe("foreign", findings.Foreign, 0);
        figures.MustBe("first_arrivals_out_of_order", findings.OutOfOrder, 0);
        figures.MustBe("changed_when_again", findings.Changed, 0);
        figures.MustBe("in_another_partition", findings.Misplaced, 0);
        figures.MustBe("taken_otherwise_than_once", RelayChecker.TakenOtherwiseThanOnce(recorded, arrived), 0);
        foreach ((string fault, bool isFound) in RelayFaults.All(recorded, arrived, settings.PartitionOf))
        {
            figures.MustBe($"planted_{fault}_found", isFound ? 1 : 0, 1);
        }

        return figures;
    }
}
