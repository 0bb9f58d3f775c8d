using Wya.Api.Http;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <summary>Carries out the rebuilds that operators ask for, in every domain; live appends go first.</summary>
internal sealed class RebuildsWorker(IEnumerable<OpenDomain> domains, TimeProvider clock) : BackgroundService
{
    /// <summary>With more than this waiting, a rebuild gives way.</summary>
    private const int AppendsWaitingMax = 32;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(domains.Select(domain => new RebuildWorker(
            domain.Database,
            domain.Definition.ReadModels,
            clock,
            new RebuildOptions { LiveIsBehind = () => domain.Store.QueueDepth > AppendsWaitingMax }).Run(stoppingToken)));
}
