using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Messaging.Live;

/// <summary>
/// Tells those who are connected to this process what messaging's log records, whichever process recorded it. One tail of
/// the log serves them all. While nobody is connected, nothing is read.
/// </summary>
internal sealed class LiveHub : IHostedService, IAsyncDisposable
{
    private readonly LogTail tail;
    private readonly LiveFeeds feeds;
    private readonly LiveRendering rendering;
    private readonly TypingRoom typing;
    private readonly LiveTelemetry telemetry;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private volatile bool isDisposed;
    private Task running = Task.CompletedTask;

    public LiveHub(
        MessagingLog messaging, LiveFeeds feeds, LiveRendering rendering, TypingRoom typing, LiveTelemetry telemetry, LiveOptions options,
        TimeProvider clock, ILogger<LiveHub> log)
    {
        this.feeds = feeds;
        this.rendering = rendering;
        this.typing = typing;
        this.telemetry = telemetry;
        this.clock = clock;
        tail = new LogTail(messaging.Database, Take, options: options.Tail, logger: log, passOver: feeds.PassOver);
        tail.Hear(TypingRoom.Channel, typing.Hear);
        telemetry.Watch(() => tail.Behind);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        tail.Start();
        running = Task.WhenAll(Begin(), Task.Run(() => typing.Run(stop.Token), CancellationToken.None));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (isDisposed)
        {
            return; // a host that is disposed of while it stops may ask once more
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await tail.Stop().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        isDisposed = true;
        await tail.DisposeAsync().ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task Begin() => feeds.Begin(await tail.Begun.WaitAsync(stop.Token).ConfigureAwait(false));

    private async Task Take(TailPage page, CancellationToken ct)
    {
        long start = clock.GetTimestamp();
        Guid[] listeners = feeds.Begin(page.To);
        IReadOnlyList<Delivery> deliveries = await rendering.Render(page.Events, listeners, ct).ConfigureAwait(false);
        foreach (Delivery delivery in deliveries)
        {
            feeds.Offer(delivery);
        }

        // What was typed has been said.
        foreach (RecordedEvent recorded in page.Events)
        {
            if (recorded.Data is MessageSent sent)
            {
                typing.Said(recorded.StreamId, sent.SenderId.Value);
            }
        }

        if (deliveries.Count > 0)
        {
            telemetry.Handed(deliveries.Count, clock.GetElapsedTime(start));
        }
    }
}
