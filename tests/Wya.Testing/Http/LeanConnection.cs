using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Wya.Testing.Http;

/// <summary>An answer. Its bytes are the connection's own: good until the next request on it.</summary>
public readonly record struct LeanAnswer(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The value of a header, or null.</summary>
    public string? Header(string name) => AnswerHead.Find(Head.Span, name);

    /// <summary>The body as text, for messages about what went wrong.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);
}

/// <summary>
/// One kept connection to a server on loopback, one request at a time, over the bare socket. Requests are prepared as bytes
/// and answers are looked at no more than needed: where client and server share a machine's few cores, a client that does
/// more measures itself.
/// </summary>
public sealed class LeanConnection : IDisposable
{
    private readonly Socket socket;
    private readonly ReceivedBytes received;
    private byte[] body = [];
    private int taken;

    private LeanConnection(Socket socket)
    {
        this.socket = socket;
        received = new ReceivedBytes(socket);
    }

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<LeanConnection> Open(Uri address, CancellationToken ct = default) => new(await ReceivedBytes.Connect(address, ct));

    /// <exception cref="IOException">The server closed the connection, which is of no more use then.</exception>
    /// <exception cref="SocketException">It broke.</exception>
    public async ValueTask<LeanAnswer> Send(ReadOnlyMemory<byte> request, CancellationToken ct = default)
    {
        received.Take(taken); // the answer before
        taken = 0;
        for (int sent = 0; sent < request.Length;)
        {
            sent += await socket.SendAsync(request[sent..], SocketFlags.None, ct);
        }

        AnswerHead head = await AnswerHead.Read(received, ct);
        if (head.IsChunked)
        {
            return await ReadChunks(head, ct);
        }

        taken = head.Bytes + head.Length;
        while (received.Waiting.Length < taken)
        {
            await received.Receive(ct);
        }

        return new LeanAnswer(head.Status, received.Waiting[..head.Bytes], received.Waiting[head.Bytes..taken]);
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<LeanAnswer> ReadChunks(AnswerHead head, CancellationToken ct)
    {
        int at = head.Bytes, length = 0;
        while (true)
        {
            int line;
            while ((line = received.Waiting.Span[at..].IndexOf("\r\n"u8)) < 0)
            {
                await received.Receive(ct);
            }

            int size = ChunkSize(received.Waiting.Span.Slice(at, line));
            at += line + 2;
            while (received.Waiting.Length < at + size + 2)
            {
                await received.Receive(ct);
            }

            if (size > body.Length - length)
            {
                Array.Resize(ref body, Math.Max(length + size, body.Length * 2));
            }

            received.Waiting.Slice(at, size).CopyTo(body.AsMemory(length));
            length += size;
            at += size + 2;
            if (size == 0)
            {
                taken = at;
                return new LeanAnswer(head.Status, received.Waiting[..head.Bytes], body.AsMemory(0, length));
            }
        }
    }

    internal static int ChunkSize(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out int size, out int digits, 'x') && digits > 0 ? size : throw new IOException("A chunk has no size.");
}
