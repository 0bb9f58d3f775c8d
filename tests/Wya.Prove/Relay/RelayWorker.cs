using Wya.EventStore.Postgres;
using Wya.Projections.Relay;
using Wya.Prove.Servers;

namespace Wya.Prove.Relay;

internal sealed record RelayPlan(string ConnectionString, Uri Server, int Partitions);

/// <summary>A process that relays until it is killed.</summary>
internal static class RelayWorker
{
    public const string Kind = "relay";

    /// <summary>Short, so that a frozen leader is followed within the proof's time.</summary>
    public static DaemonOptions Options { get; } = new() { FrozenAfter = TimeSpan.FromSeconds(2), BackoffMax = TimeSpan.FromSeconds(1) };

    public static RelaySettings Settings(Uri server, int partitions) => new(server, "prove", partitions, ["prove"]);

    public static async Task Run(CancellationToken ct)
    {
        (WorkerSide side, RelayPlan plan) = WorkerSide.Begin<RelayPlan>();
        await using LogDatabase database = ProofDatabase.Open(plan.ConnectionString, Tally.Types);
        await using var external = new RabbitLog(Settings(plan.Server, plan.Partitions), database.Domain);
        await using var daemon = new ProjectionDaemon([DomainRelay.Of(database, external)], TimeProvider.System, Options);
        daemon.Start();
        side.Say("ready");
        await side.Hear("stop");
        await daemon.Stop();
        side.Say("done");
    }
}
