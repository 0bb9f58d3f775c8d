using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Wya.Projections.Relay;

/// <summary>Reads one partition of what a domain has published, from an offset on, with its repetitions.</summary>
public static class RelayReader
{
    /// <summary>Messages under way to a reader who has not taken them.</summary>
    private const ushort UnreadMax = 500;

    /// <param name="from">The first offset; null for what is published from now on.</param>
    /// <param name="untilQuiet">Ends when nothing has come for so long; null: waits for more. RabbitMQ does not say at once where a stream ends.</param>
    /// <exception cref="ExternalLogAwayException">It is not there, or gone; read on from the offset after the last.</exception>
    public static async IAsyncEnumerable<ReceivedEvent> Read(
        RelaySettings settings, string domain, int partition, long? from, TimeSpan? untilQuiet, [EnumeratorCancellation] CancellationToken ct)
    {
        var received = Channel.CreateBounded<ReceivedEvent>(UnreadMax);
        IConnection connection = await Begin(settings, domain, partition, from, received, ct).ConfigureAwait(false);
        try
        {
            while (await Next(received.Reader, untilQuiet, ct).ConfigureAwait(false) is { } one)
            {
                yield return one;
            }
        }
        finally
        {
            RabbitConnection.Abandon(connection);
        }
    }

    private static async Task<ReceivedEvent?> Next(ChannelReader<ReceivedEvent> received, TimeSpan? untilQuiet, CancellationToken ct)
    {
        if (received.TryRead(out ReceivedEvent? there))
        {
            return there;
        }

        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(ct);
        quiet.CancelAfter(untilQuiet ?? Timeout.InfiniteTimeSpan);
        try
        {
            return await received.ReadAsync(quiet.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException closed)
        {
            throw new ExternalLogAwayException("closed", closed);
        }
    }

    private static async Task<IConnection> Begin(
        RelaySettings settings, string domain, int partition, long? from, Channel<ReceivedEvent> received, CancellationToken ct)
    {
        IConnection? connection = null;
        try
        {
            connection = await RabbitConnection.Open(settings, "wya-relay-reader", ct).ConfigureAwait(false);
            IChannel channel = await connection.CreateChannelAsync(cancellationToken: ct).ConfigureAwait(false);
            await RabbitConnection.Declare(channel, settings, domain, ct).ConfigureAwait(false);
            string queue = settings.Queue(domain, partition);
            await channel.BasicQosAsync(0, UnreadMax, global: false, ct).ConfigureAwait(false);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += async (_, delivery) =>
            {
                try
                {
                    await received.Writer.WriteAsync(ReceivedEvent.Of(partition, delivery)).ConfigureAwait(false);
                    await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false).ConfigureAwait(false); // asks for another; a stream forgets nothing by it
                }
                catch (FormatException foreign)
                {
                    received.Writer.TryComplete(foreign);
                }
                catch (ChannelClosedException)
                {
                    // Nobody reads any more.
                }
            };
            channel.ChannelShutdownAsync += (_, _) =>
            {
                received.Writer.TryComplete();
                return Task.CompletedTask;
            };
            var arguments = new Dictionary<string, object?> { ["x-stream-offset"] = from is { } offset ? offset : "next" };
            await channel.BasicConsumeAsync(queue, autoAck: false, "", noLocal: false, exclusive: false, arguments, consumer, ct).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure) when (RabbitConnection.IsFault(failure))
        {
            if (connection is not null)
            {
                RabbitConnection.Abandon(connection);
            }

            ct.ThrowIfCancellationRequested();
            throw new ExternalLogAwayException(failure.GetType().Name, failure);
        }
    }
}
