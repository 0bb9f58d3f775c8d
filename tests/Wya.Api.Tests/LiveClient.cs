using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Wya.Testing;

namespace Wya.Api.Tests;

/// <summary>A frame as a client got it, by either transport.</summary>
/// <param name="Id">Of several logs: their positions together, which ascend as each does.</param>
public sealed record Heard(long? Id, string Type, JsonElement Data)
{
    /// <summary>The id as it came, to be sent back.</summary>
    public string? Place { get; init; }

    public static Heard Of(string? id, string type, JsonElement data) =>
        new(id?.Split('.').Sum(number => long.Parse(number, System.Globalization.CultureInfo.InvariantCulture)), type, data) { Place = id };

    public string Text => Data.GetRawText();

    public string? MessageText => Data.GetProperty("message").TryGetProperty("text", out JsonElement text) ? text.GetString() : null;
}

/// <summary>A client of the live feed: server-sent events or WebSocket, the same to whoever reads.</summary>
public sealed class LiveClient : IAsyncDisposable
{
    private readonly ConcurrentQueue<Heard> frames = new();
    private readonly CancellationTokenSource stop = new();
    private readonly HttpResponseMessage? response;
    private readonly ClientWebSocket? socket;
    private Task reading = Task.CompletedTask;

    private LiveClient(HttpResponseMessage? response, ClientWebSocket? socket) => (this.response, this.socket) = (response, socket);

    public IReadOnlyList<Heard> Frames => [.. frames];

    /// <summary>Without what comes by itself.</summary>
    public IReadOnlyList<Heard> Events => [.. frames.Where(frame => frame.Type is not ("hello" or "heartbeat"))];

    public bool HasEnded => reading.IsCompleted;

    public ClientWebSocket Socket => socket!;

    public long LastId => frames.Last(frame => frame.Id is not null).Id!.Value;

    /// <summary>Has heard hello when it returns.</summary>
    public static Task<LiveClient> Stream(HttpClient client, long? after = null, bool inHeader = true, bool reads = true) =>
        Stream(client, after is { } position ? $"{position}" : null, inHeader, reads);

    public static async Task<LiveClient> Stream(HttpClient client, string? after, bool inHeader = true, bool reads = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, after is { } place && !inHeader ? $"/live?after={place}" : "/live");
        if (after is { } last && inHeader)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", $"{last}");
        }

        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }

        var live = new LiveClient(response, null);
        if (reads)
        {
            await live.Begin();
        }

        return live;
    }

    public static async Task<LiveClient> Connect(ApiHost api, string token, long? after = null, bool bySubprotocol = false)
    {
        var socket = new ClientWebSocket();
        if (bySubprotocol)
        {
            socket.Options.AddSubProtocol("wya.v1");
            socket.Options.AddSubProtocol($"wya.bearer.{token}");
        }
        else
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        var address = new UriBuilder(api.Anonymous.BaseAddress!) { Scheme = "ws", Path = "/live/socket", Query = after is { } place ? $"after={place}" : "" };
        await socket.ConnectAsync(address.Uri, CancellationToken.None);
        var live = new LiveClient(null, socket);
        await live.Begin();
        return live;
    }

    /// <summary>Begins to read, if it has not.</summary>
    public Task Begin()
    {
        reading = Task.Run(() => response is null ? ReadSocket() : ReadStream(response));
        return Eventually.Is(() => frames.Any(frame => frame.Type == "hello") || reading.IsCompleted, "the feed says hello");
    }

    public Task Hears(Func<Heard, bool> which, string what) => Eventually.Is(() => frames.Any(which), what);

    public Task Hears(long id) => Hears(frame => frame.Id == id, $"the frame {id} comes");

    public Task Say(string text) => socket!.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        response?.Dispose();
        socket?.Dispose();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task ReadStream(HttpResponseMessage from)
    {
        using var reader = new StreamReader(await from.Content.ReadAsStreamAsync(stop.Token));
        string? type = null, data = null;
        string? id = null;
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            switch (line)
            {
                case "":
                    frames.Enqueue(Heard.Of(id, type!, JsonElement.Parse(data!)));
                    (type, data, id) = (null, null, null);
                    break;
                case ['i', 'd', ':', ' ', .. var text]:
                    id = text;
                    break;
                case ['e', 'v', 'e', 'n', 't', ':', ' ', .. var text]:
                    type = text;
                    break;
                case ['d', 'a', 't', 'a', ':', ' ', .. var text]:
                    data = text;
                    break;
            }
        }
    }

    private async Task ReadSocket()
    {
        byte[] buffer = new byte[256 * 1024];
        while (true)
        {
            int length = 0;
            WebSocketReceiveResult received;
            do
            {
                received = await socket!.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), stop.Token);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop.Token);
                return;
            }

            JsonElement frame = JsonElement.Parse(buffer.AsSpan(0, length));
            frames.Enqueue(Heard.Of(
                frame.TryGetProperty("id", out JsonElement id) ? id.GetString() : null,
                frame.GetProperty("type").GetString()!,
                frame.GetProperty("data")));
        }
    }
}
