using RabbitMQ.Client;

namespace Wya.Projections.Relay;

/// <summary>
/// A domain's events in RabbitMQ: streams, one for each partition, reached over AMQP. One batch at a time; after a failure
/// the connection is thrown away with whatever it still holds, and the next batch makes another.
/// </summary>
public sealed class RabbitLog(RelaySettings settings, string domain) : IExternalLog
{
    /// <summary>A batch that is not acknowledged by then is given up, and begun again after a pause.</summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim one = new(1);
    private readonly SemaphoreSlim onePing = new(1);
    private RabbitPublisher? publisher;
    private IConnection? watch;

    public async Task Publish(IReadOnlyList<PublishedEvent> batch, CancellationToken ct)
    {
        await one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(ConfirmWithin);
            publisher ??= await RabbitPublisher.Open(settings, domain, limit.Token).ConfigureAwait(false);
            await publisher.Publish(batch, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (RabbitConnection.IsFault(failure))
        {
            publisher?.Abandon();
            publisher = null;
            ct.ThrowIfCancellationRequested();
            throw failure as ExternalLogAwayException ?? new ExternalLogAwayException(failure.GetType().Name, failure);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>One round trip, over a connection of its own: the other may be busy.</summary>
    public async Task Ping(CancellationToken ct)
    {
        await onePing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            watch ??= await RabbitConnection.Open(settings, "wya-relay-health", ct).ConfigureAwait(false);
            IChannel channel = await watch.CreateChannelAsync(cancellationToken: ct).ConfigureAwait(false);
            await channel.CloseAsync(ct).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (RabbitConnection.IsFault(failure))
        {
            if (watch is not null)
            {
                RabbitConnection.Abandon(watch);
                watch = null;
            }

            throw new ExternalLogAwayException(failure.GetType().Name, failure);
        }
        finally
        {
            onePing.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        publisher?.Abandon();
        if (watch is not null)
        {
            RabbitConnection.Abandon(watch);
        }

        one.Dispose();
        onePing.Dispose();
        return ValueTask.CompletedTask;
    }
}
