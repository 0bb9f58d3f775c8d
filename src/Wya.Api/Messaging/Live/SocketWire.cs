using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace Wya.Api.Messaging.Live;

/// <summary>Frames as messages of a WebSocket: <c>{"id": "…", "type": "…", "data": {…}}</c>. Reads what the client says, too.</summary>
internal sealed class SocketWire(WebSocket socket, LiveOptions options, Func<UpSaid, Task> hear, TimeProvider clock) : ILiveWire, IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private readonly Queue<ArrayBufferWriter<byte>> waiting = new();
    private readonly SemaphoreSlim sending = new(1);
    private int waitingBytes;

    public CancellationToken Gone => gone.Token;

    public int Write(Frame frame, string? id = null)
    {
        var message = new ArrayBufferWriter<byte>(frame.Data.Length + 64);
        string head = id is not null
            ? $"{{\"id\":\"{id}\",\"type\":\"{frame.Type}\",\"data\":"
            : $"{{\"type\":\"{frame.Type}\",\"data\":";
        message.Advance(Encoding.ASCII.GetBytes(head, message.GetSpan(head.Length)));
        message.Write(frame.Data);
        message.Write("}"u8);
        waiting.Enqueue(message);
        return waitingBytes += message.WrittenCount;
    }

    public async Task Flush(CancellationToken ct)
    {
        while (waiting.TryDequeue(out ArrayBufferWriter<byte>? message))
        {
            await socket.SendAsync(message.WrittenMemory, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, ct).ConfigureAwait(false);
        }

        waitingBytes = 0;
    }

    public Task Close(GoodbyeReason reason, CancellationToken ct) => CloseWith(
        reason switch
        {
            GoodbyeReason.Stopping => WebSocketCloseStatus.EndpointUnavailable,
            GoodbyeReason.SlowConsumer => (WebSocketCloseStatus)1013, // try again later
            _ => WebSocketCloseStatus.PolicyViolation,
        },
        Frame.ReasonText(reason),
        ct);

    /// <summary>Unless the other end has been told already, and may still answer.</summary>
    public void Abort()
    {
        if (socket.State == WebSocketState.Open)
        {
            socket.Abort();
        }
    }

    public void Dispose()
    {
        gone.Dispose();
        sending.Dispose();
    }

    /// <summary>Listens until the client goes, or says what it may not say; then it is told so, and the connection ends.</summary>
    public async Task Listen(CancellationToken ct)
    {
        try
        {
            if (await Refused(ct).ConfigureAwait(false) is { } refusal)
            {
                using var limit = new CancellationTokenSource(options.CloseWithin, clock);
                await CloseWith(refusal.Status, refusal.Reason, limit.Token).ConfigureAwait(false);
                await Answered(limit.Token).ConfigureAwait(false);
            }
            else if (socket.State == WebSocketState.CloseReceived)
            {
                using var limit = new CancellationTokenSource(options.CloseWithin, clock);
                await CloseWith(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception broken) when (broken is WebSocketException or OperationCanceledException or IOException)
        {
            // The client has gone without a word, or the feed has ended it.
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Null when the client has closed.</returns>
    private async Task<(WebSocketCloseStatus Status, string Reason)?> Refused(CancellationToken ct)
    {
        byte[] buffer = new byte[options.UpFrameBytesMax + 1];
        var budget = new UpBudget(options.UpFramesPerMinuteMax, clock);
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(length), ct).ConfigureAwait(false);
                length += received.Count;
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                if (length > options.UpFrameBytesMax)
                {
                    return (WebSocketCloseStatus.MessageTooBig, "frame too big");
                }
            }
            while (!received.EndOfMessage);

            if (received.MessageType != WebSocketMessageType.Text)
            {
                return (WebSocketCloseStatus.InvalidMessageType, "frames are text");
            }

            if (!budget.Take())
            {
                return (WebSocketCloseStatus.PolicyViolation, "too many frames");
            }

            (bool isUnderstood, UpSaid? said) = UpFrames.Read(buffer.AsSpan(0, length));
            if (!isUnderstood)
            {
                return (WebSocketCloseStatus.PolicyViolation, "frame not understood");
            }

            if (said is not null)
            {
                await hear(said).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A connection that is broken off takes with it what the client has not read yet, so its answer is waited for.</summary>
    private async Task Answered(CancellationToken ct)
    {
        byte[] ignored = new byte[options.UpFrameBytesMax];
        while ((await socket.ReceiveAsync(ignored.AsMemory(), ct).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
        {
            // What comes after the last word is not listened to.
        }
    }

    private async Task CloseWith(WebSocketCloseStatus status, string? reason, CancellationToken ct)
    {
        await sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            sending.Release();
        }
    }
}
