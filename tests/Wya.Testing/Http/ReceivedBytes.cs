using System.Net;
using System.Net.Sockets;

namespace Wya.Testing.Http;

/// <summary>What has come in on a socket and was not taken yet. It grows with one answer, up to a bound.</summary>
internal sealed class ReceivedBytes(Socket socket)
{
    private const int BytesMax = 16 * 1024 * 1024;

    private byte[] bytes = new byte[8 * 1024];
    private int start;
    private int end;

    /// <summary>Good until the next <see cref="Receive"/>, also for what is taken meanwhile.</summary>
    public ReadOnlyMemory<byte> Waiting => bytes.AsMemory(start, end - start);

    public void Take(int count)
    {
        start += count;
        if (start == end)
        {
            start = end = 0;
        }
    }

    /// <exception cref="IOException">The server closed the connection, or says more than is bearable.</exception>
    public async ValueTask Receive(CancellationToken ct)
    {
        if (end == bytes.Length)
        {
            MakeRoom();
        }

        int count = await socket.ReceiveAsync(bytes.AsMemory(end), SocketFlags.None, ct);
        if (count == 0)
        {
            throw new IOException("The server closed the connection.");
        }

        end += count;
    }

    /// <summary>Loads are for machines of one's own.</summary>
    /// <exception cref="ArgumentException">The address is not on loopback.</exception>
    public static async Task<Socket> Connect(Uri address, CancellationToken ct)
    {
        if (!IPAddress.TryParse(address.Host, out IPAddress? ip) || !IPAddress.IsLoopback(ip) || address.Scheme != Uri.UriSchemeHttp)
        {
            throw new ArgumentException("Only http on a loopback address.", nameof(address));
        }

        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(ip, address.Port), ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            Waiting.CopyTo(bytes);
            (start, end) = (0, end - start);
            return;
        }

        if (bytes.Length >= BytesMax)
        {
            throw new IOException($"An answer has more than {BytesMax} bytes.");
        }

        Array.Resize(ref bytes, bytes.Length * 2);
    }
}
