using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Messaging.Live;

/// <summary>
/// Tells those who are connected to this process what messaging's logs record, whichever process recorded it. One tail of
/// each log serves them all. While nobody is connected, nothing is read.
/// </summary>
internal sealed class LiveHub : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan OriginalsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(5);

    private readonly MessagingLogs messaging;
    private readonly LogTail[] tails;
    private readonly LiveFeeds feeds;
    private readonly LiveRendering rendering;
    private readonly TypingRoom typing;
    private readonly LiveTelemetry telemetry;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private volatile bool isDisposed;
    private Task running = Task.CompletedTask;

    public LiveHub(
        MessagingLogs messaging, LiveFeeds feeds, LiveRendering rendering, TypingRoom typing, LiveTelemetry telemetry, LiveOptions options,
        TimeProvider clock, ILogger<LiveHub> log)
    {
        this.messaging = messaging;
        this.feeds = feeds;
        this.rendering = rendering;
        this.typing = typing;
        this.telemetry = telemetry;
        this.clock = clock;
        tails = [.. messaging.All.Select((one, partition) => new LogTail(
            one.Database, (page, ct) => Take(one, page, ct), options: options.Tail, logger: log, passOver: to => feeds.PassOver(partition, to)))];
        tails[0].Hear(TypingRoom.Channel, typing.Hear);
        telemetry.Watch(() => tails.Sum(tail => tail.Behind));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (LogTail tail in tails)
        {
            tail.Start();
        }

        running = Task.WhenAll([.. tails.Select(Begin), Task.Run(() => typing.Run(stop.Token), CancellationToken.None)]);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (isDisposed)
        {
            return; // a host that is disposed of while it stops may ask once more
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tails.Select(tail => tail.Stop())).ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        isDisposed = true;
        foreach (LogTail tail in tails)
        {
            await tail.DisposeAsync().ConfigureAwait(false);
        }

        stop.Dispose();
    }

    private async Task Begin(LogTail tail, int partition) => feeds.Begin(partition, await tail.Begun.WaitAsync(stop.Token).ConfigureAwait(false));

    /// <summary>
    /// What follows a copy in its log is told after what it is a copy of, which another tail tells: so that of a conversation that
    /// has moved all is told in its order. The other log is known to be that far; should it be away, nobody waits for it for long.
    /// </summary>
    private async Task AwaitOriginals(TailPage page, CancellationToken ct)
    {
        long start = clock.GetTimestamp();
        foreach ((string log, long position) in page.CopiedUpTo)
        {
            int other = messaging.All.ToList().FindIndex(one => one.Name == log);
            while (other >= 0 && tails[other].Position < position && clock.GetElapsedTime(start) < OriginalsWithin)
            {
                await Task.Delay(LookAgainAfter, clock, ct).ConfigureAwait(false);
            }
        }
    }

    private async Task Take(MessagingLog source, TailPage page, CancellationToken ct)
    {
        long start = clock.GetTimestamp();
        await AwaitOriginals(page, ct).ConfigureAwait(false);
        Guid[] listeners = feeds.Begin(source.Definition.Partition, page.To);
        IReadOnlyList<Delivery> deliveries = await rendering.Render(source, page.Events, listeners, ct).ConfigureAwait(false);
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
