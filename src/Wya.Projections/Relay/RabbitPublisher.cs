using System.Globalization;
using RabbitMQ.Client;

namespace Wya.Projections.Relay;

/// <summary>
/// One connection that publishes to the partitions of a domain, and counts what is confirmed. After a failure it is worth
/// nothing any more. Messages are handed to the connection one after another, so that what reaches the server is always a
/// beginning of what was given; RabbitMQ keeps that order within each queue.
/// </summary>
internal sealed class RabbitPublisher
{
    private readonly RelaySettings settings;
    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly Lock gate = new();
    private TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool[] confirmed = [];
    private ulong first;
    private int missing;

    private RabbitPublisher(RelaySettings settings, IConnection connection, IChannel channel)
    {
        this.settings = settings;
        this.connection = connection;
        this.channel = channel;
        channel.BasicAcksAsync += (_, ack) => Confirm(ack.DeliveryTag, ack.Multiple);
        channel.BasicNacksAsync += (_, _) => Fail("refused");
        channel.BasicReturnAsync += (_, _) => Fail("a queue is missing");
        channel.ChannelShutdownAsync += (_, _) => Fail("closed");
    }

    public static async Task<RabbitPublisher> Open(RelaySettings settings, string domain, CancellationToken ct)
    {
        IConnection connection = await RabbitConnection.Open(settings, $"wya-relay-{domain}", ct).ConfigureAwait(false);
        try
        {
            IChannel channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), ct).ConfigureAwait(false);
            await RabbitConnection.Declare(channel, settings, domain, ct).ConfigureAwait(false);
            return new RabbitPublisher(settings, connection, channel);
        }
        catch
        {
            RabbitConnection.Abandon(connection);
            throw;
        }
    }

    /// <summary>Ends when everything is confirmed, which RabbitMQ does for a stream when a majority of its members has it.</summary>
    public async Task Publish(IReadOnlyList<PublishedEvent> batch, CancellationToken ct)
    {
        if (batch.Count == 0)
        {
            return;
        }

        ulong next = await channel.GetNextPublishSequenceNumberAsync(ct).ConfigureAwait(false);
        Task all = Expect(next, batch.Count);
        foreach (PublishedEvent each in batch)
        {
            await channel.BasicPublishAsync(
                exchange: "", settings.Queue(each.Domain, settings.PartitionOf(each.StreamId)), mandatory: true, Properties(each), each.Body, ct).ConfigureAwait(false);
        }

        await all.WaitAsync(ct).ConfigureAwait(false);
    }

    public void Abandon()
    {
        done.TrySetCanceled(); // nobody waits for it any more
        RabbitConnection.Abandon(connection);
    }

    private static BasicProperties Properties(PublishedEvent each) => new()
    {
        MessageId = each.Id.ToString(),
        Type = each.Type,
        ContentType = "application/json",
        Persistent = true,
        Headers = new Dictionary<string, object?>
        {
            ["domain"] = each.Domain,
            ["stream"] = each.StreamId.ToString(),
            ["version"] = each.Version,
            ["position"] = each.Position,
            ["schema_version"] = each.SchemaVersion,
            ["time"] = each.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        },
    };

    private Task Expect(ulong next, int count)
    {
        lock (gate)
        {
            if (done.Task.IsCompletedSuccessfully) // one that failed stays so: the connection is worth nothing
            {
                done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            (first, missing, confirmed) = (next, count, new bool[count]);
            return done.Task;
        }
    }

    private Task Confirm(ulong tag, bool multiple)
    {
        lock (gate)
        {
            if (tag >= first && tag - first < (ulong)confirmed.Length)
            {
                int last = (int)(tag - first);
                for (int i = multiple ? 0 : last; i <= last; i++)
                {
                    missing -= confirmed[i] ? 0 : 1;
                    confirmed[i] = true;
                }

                if (missing == 0)
                {
                    done.TrySetResult();
                }
            }
        }

        return Task.CompletedTask;
    }

    private Task Fail(string kind)
    {
        lock (gate)
        {
            if (!done.TrySetException(new ExternalLogAwayException(kind)) && done.Task.IsCompletedSuccessfully)
            {
                // Between two batches: the next one finds it failed.
                done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                done.SetException(new ExternalLogAwayException(kind));
            }

            _ = done.Task.Exception; // whoever waits sees it; if nobody does, it is not unobserved
        }

        return Task.CompletedTask;
    }
}
