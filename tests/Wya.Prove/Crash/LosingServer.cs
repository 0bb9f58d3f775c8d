using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;
using Wya.Prove.Storm;

namespace Wya.Prove.Crash;

/// <summary>
/// The positive control: a server that acknowledges before it has written. After its death events are missing, and new ones
/// take their positions, so that the log looks whole. The checker must report the losses.
/// </summary>
internal static class LosingServer
{
    private const int Attempts = 5;

    public static async Task Tell(ProofRun run, Figures figures, CancellationToken ct)
    {
        LogFindings found = new();
        for (int attempt = 1; attempt <= Attempts && found.Lost == 0; attempt++)
        {
            found = await Once(run.Environment, $"losing-server-{attempt}", ct);
        }

        figures.MustBeAtLeast("control_lost_found_by_id", found.Lost, 1);
        figures.MustBe("control_lost_found_by_position", found.HoldsByPosition ? 0 : 1, 0);
    }

    private static async Task<LogFindings> Once(ProofEnvironment environment, string name, CancellationToken ct)
    {
        await using PostgresInstance server = await PostgresInstance.Create(
            environment, name, "-c synchronous_commit=off -c wal_writer_delay=10s -c wal_buffers=64MB", ct);
        await using ProofDatabase database = await ProofDatabase.Create(server.AdminConnectionString, "losing", [StormPlan.Inline], null, ct);
        string[] histories = [Path.Combine(environment.Scratch, $"{name}-1.history"), Path.Combine(environment.Scratch, $"{name}-2.history")];
        await Write(database, histories[0], firstSender: 1, ct);
        await server.Kill(ct);
        await server.Start(ct);
        await Write(database, histories[1], firstSender: 100, ct);
        IReadOnlyList<LogEntry> log = await LogEntry.ReadAll(database.OwnerConnectionString, "log.mt_events", ct);
        return LogChecker.Check(log, histories.SelectMany(History.Read));
    }

    private static async Task Write(ProofDatabase database, string historyPath, int firstSender, CancellationToken ct)
    {
        await using LogDatabase log = database.Open();
        await using var store = new PostgresEventStore(log, TimeProvider.System, [StormPlan.Inline]);
        using var history = new History(historyPath);
        var budget = new Budget(2_000);
        await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(n => Task.Run(() => new StormWriter(store, history, budget, firstSender + n, streams: 100, seed: firstSender).Run(ct), ct)));
    }
}
