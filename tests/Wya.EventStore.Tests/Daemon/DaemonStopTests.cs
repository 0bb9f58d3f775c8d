using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>A host stops what it runs, and disposes of it, in whatever order and at once.</summary>
public sealed class DaemonStopTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Stopping_and_disposing_at_once_ends_it_once()
    {
        for (int round = 0; round < 20; round++)
        {
            var daemon = new ProjectionDaemon(
                [Consumer.Of($"Stopped{round}", fixture.Database.Log, fixture.Database.Log, _ => (_, _) => Task.CompletedTask)], TimeProvider.System);
            daemon.Start();
            await Task.WhenAll(daemon.Stop(), daemon.DisposeAsync().AsTask(), daemon.Stop());
            await daemon.DisposeAsync();
        }
    }
}
