using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Wya.Prove.RoomFaults;

/// <summary>What happens to a write on its way to the store, or to the answer on its way back.</summary>
internal enum StoreFault
{
    None,

    /// <summary>Nothing arrives, and nothing is answered, until the writer gives up.</summary>
    TimeoutBefore,

    /// <summary>It is stored, and the answer does not come.</summary>
    TimeoutAfter,
    ErrorBefore,
    ErrorAfter,

    /// <summary>The connection ends before the store has heard of it.</summary>
    LostBefore,

    /// <summary>It is stored, and the connection ends instead of an answer.</summary>
    LostAfter,

    /// <summary>It is stored, and the answer waits until the proof has done something: killed the writer.</summary>
    HeldAfter,

    /// <summary>The write waits until the proof has done something: swept.</summary>
    HeldBefore,
}

/// <summary>A write that waits at the proof's pleasure.</summary>
internal sealed class Hold
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => reached.Task;

    public void Release() => released.TrySetResult();

    public Task Here()
    {
        reached.TrySetResult();
        return released.Task;
    }
}

/// <summary>
/// Stands between publishers and the real store, and lets the writes of a room suffer what it is told. It also keeps the
/// digest of what the store took first under each name, so that an overwritten object is found afterwards.
/// </summary>
internal sealed class FaultyStore : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int storePort;
    private readonly Task serving;
    private readonly ConcurrentDictionary<Guid, (StoreFault Fault, int Times, Hold? Hold)> armed = new();
    private readonly ConcurrentDictionary<string, string> firstStored = new(StringComparer.Ordinal);
    private int struck;

    public FaultyStore(int storePort)
    {
        this.storePort = storePort;
        listener.Start();
        serving = Serve();
    }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Faults that a write has met.</summary>
    public int Struck => Volatile.Read(ref struck);

    /// <summary>By key, the digest of what the store took first.</summary>
    public IReadOnlyDictionary<string, string> FirstStored => firstStored;

    public void Arm(Guid room, StoreFault fault, int times, Hold? hold = null) => armed[room] = (fault, times, hold);

    /// <summary>Written past this, by the proof itself.</summary>
    public void Stored(string key, byte[] bytes) => firstStored.TryAdd(key, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task Serve()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = Pass(client);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>One request, and the end of the connection: the client opens another for the next.</summary>
    private async Task Pass(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await Request.Read(stream, stop.Token) is not { } request)
                {
                    return;
                }

                (StoreFault fault, Hold? hold) = request.Method == "PUT" ? Take(request.Room) : (StoreFault.None, null);
                await Suffer(stream, request, fault, hold);
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two ends is gone, as it may be here.
            }
        }
    }

    private async Task Suffer(NetworkStream stream, Request request, StoreFault fault, Hold? hold)
    {
        switch (fault)
        {
            case StoreFault.TimeoutBefore:
                await stream.ReadExactlyAsync(new byte[1], stop.Token); // until the writer hangs up
                return;
            case StoreFault.LostBefore:
                return;
            case StoreFault.ErrorBefore:
                await stream.WriteAsync(InternalError, stop.Token);
                return;
            case StoreFault.HeldBefore:
                await hold!.Here();
                break;
        }

        byte[] answer = await Forward(request);
        switch (fault)
        {
            case StoreFault.TimeoutAfter:
                await stream.ReadExactlyAsync(new byte[1], stop.Token);
                return;
            case StoreFault.LostAfter:
                return;
            case StoreFault.ErrorAfter:
                await stream.WriteAsync(InternalError, stop.Token);
                return;
            case StoreFault.HeldAfter:
                await hold!.Here();
                break;
        }

        await stream.WriteAsync(answer, stop.Token);
    }

    private static byte[] InternalError { get; } = Encoding.ASCII.GetBytes("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private (StoreFault Fault, Hold? Hold) Take(Guid? room)
    {
        if (room is not { } id || !armed.TryGetValue(id, out (StoreFault Fault, int Times, Hold? Hold) plan) || plan.Times == 0)
        {
            return (StoreFault.None, null);
        }

        armed[id] = plan with { Times = plan.Times - 1 };
        Interlocked.Increment(ref struck);
        return (plan.Fault, plan.Hold);
    }

    private async Task<byte[]> Forward(Request request)
    {
        using var store = new TcpClient();
        await store.ConnectAsync(IPAddress.Loopback, storePort, stop.Token);
        NetworkStream stream = store.GetStream();
        await stream.WriteAsync(request.Bytes, stop.Token);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, stop.Token);
        byte[] bytes = Request.WithoutInterim(answer.ToArray());
        if (request.Method == "PUT" && Encoding.ASCII.GetString(bytes, 0, Math.Min(12, bytes.Length)) == "HTTP/1.1 200" && request.Key is { } key)
        {
            firstStored.TryAdd(key, Convert.ToHexStringLower(SHA256.HashData(request.Body)));
        }

        return bytes;
    }
}

/// <summary>One request as it came, but that the connection ends after it.</summary>
internal sealed record Request(string Method, string? Key, byte[] Bytes, byte[] Body)
{
    private const int HeadBytesMax = 64 * 1024;

    public Guid? Room => Key?.Split('/') is ["room", var id, _] && Guid.TryParse(id, out Guid room) ? room : null;

    public static async Task<Request?> Read(NetworkStream stream, CancellationToken ct)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (head.Count < HeadBytesMax && !(head is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n']))
        {
            if (await stream.ReadAsync(one, ct) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        int length = lines.Where(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line.AsSpan(15).Trim(), CultureInfo.InvariantCulture)).FirstOrDefault();
        if (lines.Any(line => line.StartsWith("expect:", StringComparison.OrdinalIgnoreCase)))
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\n"), ct);
        }

        byte[] body = new byte[length];
        await stream.ReadExactlyAsync(body, ct);
        IEnumerable<string> kept = lines.Where(line =>
            !line.StartsWith("connection:", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("expect:", StringComparison.OrdinalIgnoreCase));
        byte[] bytes = [.. Encoding.ASCII.GetBytes(string.Join("\r\n", kept) + "\r\nConnection: close\r\n\r\n"), .. body];
        int at = first[1].IndexOf("/room/", StringComparison.Ordinal);
        return new Request(first[0], at < 0 ? null : first[1][(at + 1)..].Split('?')[0], bytes, body);
    }

    /// <summary>An answer without what was said before it.</summary>
    public static byte[] WithoutInterim(byte[] answer)
    {
        const string interim = "HTTP/1.1 100 Continue\r\n\r\n";
        return answer.Length >= interim.Length && Encoding.ASCII.GetString(answer, 0, interim.Length) == interim ? answer[interim.Length..] : answer;
    }
}
