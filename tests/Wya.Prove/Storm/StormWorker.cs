using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Storm;

/// <summary>One writer process of a storm: its writers, and readers that follow the log meanwhile.</summary>
internal static class StormWorker
{
    public static async Task Run(CancellationToken ct)
    {
        (WorkerSide side, StormPlan plan) = WorkerSide.Begin<StormPlan>();
        await using LogDatabase database = ProofDatabase.Open(plan.ConnectionString, Tally.Types);
        await using var store = new PostgresEventStore(database, TimeProvider.System, [StormPlan.Inline]);
        using var history = new History(plan.HistoryPath);
        var followers = Enumerable.Range(0, plan.Readers)
            .Select(reader => new LogFollower(store, TimeSpan.FromMilliseconds(10 + (20 * reader)), ct))
            .ToArray();
        await using var daemon = new ProjectionDaemon([Consumer.Of(StormPlan.Followed, database)], TimeProvider.System);
        daemon.Start();
        side.Say("ready");
        await side.Hear("go");

        var budget = new Budget(plan.Events);
        StormWriter[] writers = [.. Enumerable.Range(0, plan.Writers)
            .Select(n => new StormWriter(store, history, budget, plan.FirstSender + n, plan.Streams, plan.Seed))];
        await Task.WhenAll(writers.Select(writer => Task.Run(() => writer.Run(ct), ct)));
        side.Say($"wrote {string.Join(' ', StormCounts.Sum(writers.Select(writer => writer.Counts)).Numbers)}");

        long head = long.Parse(await side.Hear("finish"), System.Globalization.CultureInfo.InvariantCulture);
        for (int reader = 0; reader < followers.Length; reader++)
        {
            LogFollower.Save(plan.SeenPath(reader), await followers[reader].StopAt(head));
        }

        side.Say("read");
        await side.Hear("stop");
        await daemon.Stop();
        side.Say("done");
    }
}

/// <summary>Acknowledged events still to be reached, shared by the writers of a process.</summary>
internal sealed class Budget(int events)
{
    private int left = events;

    public bool IsSpent => Volatile.Read(ref left) <= 0;

    public void Spend(int count) => Interlocked.Add(ref left, -count);
}

/// <summary>What writers met.</summary>
internal readonly record struct StormCounts(int Commands, int Conflicts, int Refused, int Failed, int Repeated, int Unknown, int Unavailable)
{
    public IEnumerable<int> Numbers => [Commands, Conflicts, Refused, Failed, Repeated, Unknown, Unavailable];

    public static StormCounts Parse(string numbers)
    {
        int[] n = [.. numbers.Split(' ').Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        return new StormCounts(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
    }

    public static StormCounts Sum(IEnumerable<StormCounts> all) => all.Aggregate(new StormCounts(), (a, b) => new StormCounts(
        a.Commands + b.Commands, a.Conflicts + b.Conflicts, a.Refused + b.Refused, a.Failed + b.Failed,
        a.Repeated + b.Repeated, a.Unknown + b.Unknown, a.Unavailable + b.Unavailable));
}
