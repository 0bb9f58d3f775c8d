using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;
using Wya.Prove.Storm;

namespace Wya.Prove.Crash;

internal sealed record CrashPlan(string ConnectionString, string HistoryPath, int FirstSender, int Writers, int Streams);

/// <summary>The processes that are killed besides the system's own: writers on the engine, and the engine's daemon.</summary>
internal static class CrashWorkers
{
    /// <summary>Writes as in a storm until told to stop, or killed.</summary>
    public static async Task Write(CancellationToken ct)
    {
        (WorkerSide side, CrashPlan plan) = WorkerSide.Begin<CrashPlan>();
        await using LogDatabase database = ProofDatabase.Open(plan.ConnectionString, Tally.Types);
        await using var store = new PostgresEventStore(database, TimeProvider.System, [StormPlan.Inline]);
        using var history = new History(plan.HistoryPath);
        var budget = new Budget(int.MaxValue);
        StormWriter[] writers = [.. Enumerable.Range(0, plan.Writers)
            .Select(n => new StormWriter(store, history, budget, plan.FirstSender + n, plan.Streams, seed: plan.FirstSender))];
        Task writing = Task.WhenAll(writers.Select(writer => Task.Run(() => writer.Run(ct), ct)));
        side.Say("ready");
        Task<string> told = side.Hear("stop");
        await await Task.WhenAny(told, writing);
        budget.Spend(int.MaxValue);
        await writing;
        side.Say("done");
    }

    /// <summary>Keeps the asynchronous read model until killed.</summary>
    public static async Task Follow(CancellationToken ct)
    {
        (WorkerSide side, CrashPlan plan) = WorkerSide.Begin<CrashPlan>();
        await using LogDatabase database = ProofDatabase.Open(plan.ConnectionString, Tally.Types);
        await using var daemon = new ProjectionDaemon([Consumer.Of(StormPlan.Followed, database)], TimeProvider.System);
        daemon.Start();
        side.Say("ready");
        await side.Hear("stop");
        await daemon.Stop();
        side.Say("done");
    }
}
