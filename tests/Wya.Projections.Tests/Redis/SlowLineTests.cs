using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wya.Projections.Redis;
using Xunit;

namespace Wya.Projections.Tests.Redis;

/// <summary>A server at the end of a slow line, or of a machine that has much else to do.</summary>
public sealed class SlowLineTests(SoloSite site) : IClassFixture<SoloSite>
{
    /// <summary>Each way. A connection takes three round trips until it answers: longer than the first one is given.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(700);

    [Fact, Trait("seed", "H2")]
    public async Task A_connection_that_takes_long_to_make_is_made_in_the_end()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task accepting = Accept(listener);
        string port = string.Create(CultureInfo.InvariantCulture, $":{((IPEndPoint)listener.LocalEndpoint).Port},");
        string line = site.ConnectionString.Replace(string.Create(CultureInfo.InvariantCulture, $":{site.Server.Port},"), port, StringComparison.Ordinal);
        await using (var server = new RedisServer("cache", line, Delay * 3))
        {
            await server.Reached();
        }

        listener.Stop();
        await accepting;
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                TcpClient near = await listener.AcceptTcpClientAsync(), far = new();
                await far.ConnectAsync(IPAddress.Loopback, site.Server.Port);
                _ = Task.WhenAll(Pass(near, far), Pass(far, near));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task Pass(TcpClient from, TcpClient to)
    {
        byte[] said = new byte[4096];
        try
        {
            while (await from.GetStream().ReadAsync(said) is > 0 and int length)
            {
                await Task.Delay(Delay);
                await to.GetStream().WriteAsync(said.AsMemory(0, length));
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or InvalidOperationException)
        {
        }

        to.Close();
    }
}
