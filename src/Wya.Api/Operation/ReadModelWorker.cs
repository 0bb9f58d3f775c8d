using Wya.Api.Http;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <summary>Keeps the asynchronous read models of every domain, for as long as the process runs.</summary>
internal sealed class ReadModelWorker : IHostedService, IAsyncDisposable
{
    private readonly ProjectionDaemon daemon;

    public ReadModelWorker(IEnumerable<OpenDomain> domains, Settings settings, TimeProvider clock, ILogger<ReadModelWorker> log) =>
        daemon = new ProjectionDaemon(
            [.. domains.SelectMany(domain => domain.Everything)],
            clock,
            new DaemonOptions { SlowPoll = settings.FollowersPoll },
            log);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        daemon.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => daemon.Stop();

    public ValueTask DisposeAsync() => daemon.DisposeAsync();
}
