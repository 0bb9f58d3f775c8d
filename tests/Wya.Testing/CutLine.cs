using System.Net;
using System.Net.Sockets;

namespace Wya.Testing;

/// <summary>
/// A line between a process and a server that can be cut in two ways. Broken: all connections end at once, without a word
/// to either end. Silent: both ends keep their connections, and whatever they say is held until the line is healed; then it
/// arrives, however late, as over a network that was parted for a while.
/// </summary>
public sealed class CutLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly HashSet<TcpClient> ends = [];
    private readonly int to;
    private readonly TimeSpan delay;
    private readonly Task accepting;
    private TaskCompletionSource healed = new();

    /// <param name="to">The server's port, on loopback.</param>
    /// <param name="delay">Of what is said, each way.</param>
    public CutLine(int to, TimeSpan delay = default)
    {
        this.to = to;
        this.delay = delay;
        healed.SetResult();
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

    public void Silence() => Volatile.Write(ref healed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Heal() => Volatile.Read(ref healed).TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        Cut();
        Heal();
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
            near.NoDelay = far.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, to, stop.Token);
            lock (gate)
            {
                ends.Add(near);
                ends.Add(far);
            }

            await Task.WhenAll(Carry(near, far), Carry(far, near));
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            // The server is not there.
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

    /// <summary>Until the one end says no more; what it has said reaches the other one first, and then that it is over.</summary>
    private async Task Carry(TcpClient from, TcpClient into)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int length;
            do
            {
                length = await from.GetStream().ReadAsync(buffer, stop.Token);
                await Task.Delay(delay, stop.Token);
                await Volatile.Read(ref healed).Task;
                await into.GetStream().WriteAsync(buffer.AsMemory(0, length), stop.Token);
            }
            while (length > 0);
            End(into, SocketShutdown.Send);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            End(into, SocketShutdown.Both); // after what was sent before; and so the other direction ends too
        }
    }

    private static void End(TcpClient one, SocketShutdown how)
    {
        try
        {
            one.Client.Shutdown(how);
        }
        catch (Exception gone) when (IsBroken(gone))
        {
            // It has ended.
        }
    }

    private static bool IsBroken(Exception failure) =>
        failure is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;
}
