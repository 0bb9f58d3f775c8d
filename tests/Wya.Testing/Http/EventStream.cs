using System.Net.Sockets;
using System.Text;

namespace Wya.Testing.Http;

/// <summary>One event of a stream of server-sent events.</summary>
/// <param name="Id">Null when the event has none.</param>
public readonly record struct StreamedEvent(string? Id, string Type, string Data);

/// <summary>A stream of server-sent events on a connection of its own, over the bare socket.</summary>
public sealed class EventStream : IDisposable
{
    private readonly Socket socket;
    private readonly ReceivedBytes received;
    private readonly List<byte> line = [];
    private int leftOfChunk;
    private bool isAfterChunk;

    private EventStream(Socket socket)
    {
        this.socket = socket;
        received = new ReceivedBytes(socket);
    }

    /// <param name="lastEventId">Where to go on; null begins with what comes now.</param>
    /// <exception cref="RefusedException">The server answers something else than a stream.</exception>
    public static async Task<EventStream> Open(Uri address, string path, string? token, string? lastEventId = null, CancellationToken ct = default)
    {
        var stream = new EventStream(await ReceivedBytes.Connect(address, ct));
        try
        {
            byte[] request = lastEventId is null
                ? LeanRequest.Prepare("GET", path, null, token, "Accept: text/event-stream")
                : LeanRequest.Prepare("GET", path, null, token, "Accept: text/event-stream", $"Last-Event-ID: {lastEventId}");
            await stream.socket.SendAsync(request, SocketFlags.None, ct);
            AnswerHead head = await AnswerHead.Read(stream.received, ct);
            stream.received.Take(head.Bytes);
            return head is { Status: 200, IsChunked: true } ? stream : throw await stream.Refusal(head, ct);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The next event; null when the server has ended the stream.</summary>
    /// <exception cref="IOException">The connection was closed in the middle.</exception>
    /// <exception cref="SocketException">It broke.</exception>
    public async ValueTask<StreamedEvent?> Next(CancellationToken ct = default)
    {
        string? id = null, type = null, data = null;
        while (await ReadLine(ct))
        {
            if (line.Count == 0)
            {
                if (type is not null || data is not null)
                {
                    return new StreamedEvent(id, type ?? "message", data ?? "");
                }

                continue;
            }

            string text = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line));
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            string value = colon < 0 ? "" : text[(colon + 1)..];
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (colon < 0 ? text : text[..colon])
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data = data is null ? value : data + '\n' + value;
                    break;
                default:
                    break; // a comment, or a field that is of no use here
            }
        }

        return null;
    }

    public void Dispose() => socket.Dispose();

    private async Task<RefusedException> Refusal(AnswerHead head, CancellationToken ct)
    {
        while (!head.IsChunked && received.Waiting.Length < head.Length)
        {
            await received.Receive(ct);
        }

        return new RefusedException(head.Status, Encoding.UTF8.GetString(received.Waiting.Span));
    }

    /// <summary>False at the end of the stream.</summary>
    private async ValueTask<bool> ReadLine(CancellationToken ct)
    {
        line.Clear();
        while (true)
        {
            if (leftOfChunk == 0 && !await NextChunk(ct))
            {
                return false;
            }

            if (received.Waiting.IsEmpty)
            {
                await received.Receive(ct);
            }

            ReadOnlySpan<byte> here = received.Waiting.Span[..Math.Min(leftOfChunk, received.Waiting.Length)];
            int end = here.IndexOf((byte)'\n');
            line.AddRange(end < 0 ? here : here[..end]);
            int used = end < 0 ? here.Length : end + 1;
            leftOfChunk -= used;
            received.Take(used);
            if (end >= 0)
            {
                if (line is [.., (byte)'\r'])
                {
                    line.RemoveAt(line.Count - 1);
                }

                return true;
            }
        }
    }

    private async ValueTask<bool> NextChunk(CancellationToken ct)
    {
        int skip = isAfterChunk ? 2 : 0, length;
        while (received.Waiting.Length < skip || (length = received.Waiting.Span[skip..].IndexOf("\r\n"u8)) < 0)
        {
            await received.Receive(ct);
        }

        leftOfChunk = LeanConnection.ChunkSize(received.Waiting.Span.Slice(skip, length));
        received.Take(skip + length + 2);
        isAfterChunk = true;
        return leftOfChunk > 0;
    }
}
