using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wya.Prove.HostileRooms;

/// <summary>
/// Stands for every other host there is: whatever a browser asks for elsewhere ends here. It tells a page's connections from
/// those that the browser makes for itself by the host, which stands in the clear in a request and in the greeting of TLS.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private const string HostsOfPages = ".example";
    private const int GreetingBytes = 4_096;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task accepting;
    private int ofPages, ofBrowser;

    public Listener()
    {
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int OfPages => Volatile.Read(ref ofPages);

    public int OfBrowser => Volatile.Read(ref ofBrowser);

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Greet(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // It has been told to stop.
        }
    }

    private async Task Greet(TcpClient client)
    {
        using (client)
        {
            byte[] greeting = new byte[GreetingBytes];
            int length = 0;
            try
            {
                length = await client.GetStream().ReadAsync(greeting);
            }
            catch (IOException)
            {
                // It went away without a word.
            }

            if (Encoding.Latin1.GetString(greeting, 0, length).Contains(HostsOfPages, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref ofPages);
            }
            else
            {
                Interlocked.Increment(ref ofBrowser);
            }
        }
    }
}
