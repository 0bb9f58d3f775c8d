using Wya.EventStore.Postgres;
using Wya.Prove.Servers;

namespace Wya.Prove.Rebuild;

internal sealed record RebuildWorkerPlan(string ConnectionString, int PageEvents);

/// <summary>A process that carries rebuilds out until it is killed.</summary>
internal static class RebuildWorkerProcess
{
    public const string Kind = "rebuild-worker";

    public static async Task Run(CancellationToken ct)
    {
        (WorkerSide side, RebuildWorkerPlan plan) = WorkerSide.Begin<RebuildWorkerPlan>();
        await using LogDatabase database = ProofDatabase.Open(plan.ConnectionString, Tally.Types);
        side.Say("ready");
        await new RebuildWorker(database, RebuildProof.Models, TimeProvider.System, new RebuildOptions { PageEvents = plan.PageEvents }).Run(ct);
    }
}
