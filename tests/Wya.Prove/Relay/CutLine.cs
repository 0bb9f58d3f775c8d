using System.Net;
using System.Net.Sockets;

namespace Wya.Prove.Relay;

/// <summary>A line between a relay and its external log that can be cut: all connections at once, without a word to either end.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly HashSet<TcpClient> ends = [];
    private readonly int to;
    private readonly Task accepting;

    public CutLine(int to)
    {
        this.to = to;
        listener.Start();
        accepting = Task.Run(Accept);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Cuts { get; private set; }

    public void Cut()
    {
        lock (gate)
        {
            Cuts += ends.Count > 0 ? 1 : 0;
            foreach (TcpClient end in ends)
            {
                end.Client.Close(0); // a reset: what was not sent yet is lost
            }

            ends.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        Cut();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task Accept()
    {
        while (true)
        {
            TcpClient near = await listener.AcceptTcpClientAsync(stop.Token);
            _ = Task.Run(() => Connect(near));
        }
    }

    private async Task Connect(TcpClient near)
    {
        var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, to, stop.Token);
            lock (gate)
            {
                ends.Add(near);
                ends.Add(far);
            }

            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), stop.Token), far.GetStream().CopyToAsync(near.GetStream(), stop.Token));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // One end is gone, and so is the other in a moment.
        }
        finally
        {
            lock (gate) // first, so that nobody cuts what is disposed of
            {
                ends.Remove(near);
                ends.Remove(far);
            }

            near.Dispose();
            far.Dispose();
        }
    }
}
