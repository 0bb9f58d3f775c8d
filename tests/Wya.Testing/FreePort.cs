using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Wya.Testing;

/// <summary>
/// Ports of this machine that nobody listens on, for servers of the tests' own. They stay below what the system gives to
/// outgoing connections (from 32,768 on Linux): a port up there may be free now, and taken by one of them before a server
/// comes to it, or while a killed one is away.
/// </summary>
public static class FreePort
{
    private const int From = 11_000;
    private const int To = 22_000;

    /// <param name="others">Distances of others that must be free too, at most 10,000.</param>
    public static int Find(params ReadOnlySpan<int> others)
    {
        while (true)
        {
            int port = RandomNumberGenerator.GetInt32(From, To);
            bool free = IsFree(port);
            foreach (int distance in others)
            {
                free = free && IsFree(port + distance);
            }

            if (free)
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
