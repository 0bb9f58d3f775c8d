using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Wya.Projections.Relay;

/// <summary>How all connections to RabbitMQ are made here, and ended.</summary>
internal static class RabbitConnection
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>A server that is there and says nothing is given up after about two of these.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <param name="name">Shown to the server's operators.</param>
    public static Task<IConnection> Open(RelaySettings settings, string name, CancellationToken ct) => new ConnectionFactory
    {
        Uri = settings.Server,
        ClientProvidedName = name,
        // What was under way when a connection broke is begun again from the stored position, and in no other way.
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedHeartbeat = Heartbeat,
        RequestedConnectionTimeout = AnswerWithin,
        HandshakeContinuationTimeout = AnswerWithin,
        ContinuationTimeout = AnswerWithin,
        SocketReadTimeout = AnswerWithin,
        SocketWriteTimeout = AnswerWithin,
    }.CreateConnectionAsync(ct);

    /// <summary>Declares the partitions of a domain; those that are there stay as they are.</summary>
    public static async Task Declare(IChannel channel, RelaySettings settings, string domain, CancellationToken ct)
    {
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "stream" };
        for (int partition = 0; partition < settings.Partitions; partition++)
        {
            await channel.QueueDeclareAsync(
                settings.Queue(domain, partition), durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: ct).ConfigureAwait(false);
        }
    }

    /// <summary>Ends it without waiting: a server that hangs would not answer. What it still holds to be sent may arrive.</summary>
    public static void Abandon(IConnection connection) => _ = Task.Run(async () =>
    {
        try
        {
            await connection.CloseAsync(Constants.ReplySuccess, "given up", TimeSpan.FromSeconds(1), abort: true).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It had failed before.
        }
    });

    /// <summary>Whatever the library throws when the server is not there, or not as it should be. What our own code throws is none of it.</summary>
    public static bool IsFault(Exception failure) =>
        failure is RabbitMQClientException or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException { Source: "RabbitMQ.Client" or "System.Threading.Channels" } or System.Security.Authentication.AuthenticationException;
}
