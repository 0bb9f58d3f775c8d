using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Wya.Api.Tests;

/// <summary>
/// An address that stays while what is behind it changes: passes bytes on to a node, cuts every connection when told to, and
/// takes none until there is a node again.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> open = [];
    private readonly Task accepting;
    private Uri? node;

    public Relay(Uri node)
    {
        this.node = node;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = Accept();
    }

    public Uri Address { get; }

    /// <param name="next">Where new connections go; null: nowhere.</param>
    public void Cut(Uri? next)
    {
        node = next;
        foreach (TcpClient connection in open.Keys)
        {
            connection.Close();
        }
    }

    public void Join(Uri next) => node = next;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        Cut(null);
        await accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Pass(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task Pass(TcpClient client)
    {
        using TcpClient near = client, far = new();
        if (node is not { } target)
        {
            return;
        }

        open[near] = open[far] = true;
        try
        {
            await far.ConnectAsync(target.Host, target.Port);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception cut) when (cut is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
        finally
        {
            open.TryRemove(near, out _);
            open.TryRemove(far, out _);
        }
    }
}
