using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Wya.Bench.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Projections.Presence;
using Wya.Projections.Redis;
using Wya.Testing.Redis;

namespace Wya.Bench.Presence;

/// <summary>
/// Heartbeats with a position while 100,000 people are there: (a) over HTTP, beside an endpoint that does nothing; (b) over
/// the live connection, beside a SET of the same size; (c) the keys alone beside it, and what a person takes of Redis's memory.
/// </summary>
internal static class HeartbeatBench
{
    private const int Crowd = 100_000;
    private const int Beaters = 256;
    private const int Callers = 16;

    /// <summary>As many as a connection may say at once.</summary>
    private const int FramesOfConnection = 200;

    private const int ConnectionsOfEach = 4;

    private const string Beat = """{"activity":"browsing","position":{"latitude":52.52,"longitude":13.405,"source":"gps"}}""";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(120);

    public static async IAsyncEnumerable<BenchRow> OverHttp(BenchOptions options)
    {
        await using RedisInstance redis = await RedisInstance.Start("presence");
        await Fill(redis, options);
        await using WholeSystem system = await Start(redis);
        await using ServerProcess nothing = await NothingServer.Start();
        string[] tokens = await Tokens(system);
        foreach (int connections in RegisterUserBench.Connections)
        {
            using HttpClient ours = system.Api.Connect(connections), theirs = nothing.Connect(connections);
            Measured measured = await Rounds.Compare(
                options,
                length => Rounds.Callers(connections, length, caller => Send(ours, "/me/presence/heartbeat", tokens[(caller * 4) + Random.Shared.Next(4)])),
                length => Rounds.Callers(connections, length, _ => Send(theirs, "/users", tokens[0])));
            yield return BenchRow.Against(
                $"(a) heartbeats over HTTP, {RegisterUserBench.Name(connections)} (reference: an endpoint that does nothing)", "heartbeats/s", measured, null);
        }
    }

    public static async IAsyncEnumerable<BenchRow> OverSocket(BenchOptions options)
    {
        await using RedisInstance redis = await RedisInstance.Start("presence");
        await Fill(redis, options);
        await using WholeSystem system = await Start(redis);
        string[] tokens = await Tokens(system);
        await using var server = new RedisServer("presence", redis.ConnectionString, RedisServer.AnswerInTheEnd);
        await UntilReached(server);
        byte[] frame = Encoding.UTF8.GetBytes($"{{\"type\":\"presence\",{Beat[1..]}");
        Measured measured = await Rounds.Compare(
            options,
            length => Rounds.Callers(Callers, length, async caller =>
            {
                // Frames are taken one after the other, and the close after the last: its answer says that all are taken.
                using ClientWebSocket socket = await Connect(system, tokens[(caller * 4) + Random.Shared.Next(4)]);
                for (int i = 0; i < FramesOfConnection; i++)
                {
                    await socket.SendAsync(frame, WebSocketMessageType.Text, true, CancellationToken.None);
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return FramesOfConnection;
            }),
            length => Rounds.Callers(Callers, length, _ => Set(server)));
        yield return BenchRow.Against($"(b) heartbeats over WebSocket, {Callers} connections at a time, each of {FramesOfConnection} (reference: a SET of 400 bytes)", "heartbeats/s", measured, null);
    }

    public static async IAsyncEnumerable<BenchRow> Keys(BenchOptions options)
    {
        await using RedisInstance redis = await RedisInstance.Start("presence");
        long before = Memory(redis);
        int crowd = await Fill(redis, options);
        yield return new BenchRow($"(c) memory of Redis for each of {crowd.ToString("N0", CultureInfo.InvariantCulture)} people", "bytes", (double)(Memory(redis) - before) / crowd);

        await using var server = new RedisServer("presence", redis.ConnectionString, RedisServer.AnswerInTheEnd);
        await UntilReached(server);
        var keys = new PresenceKeys(server, Lifetime);
        UserId[] people = [.. Enumerable.Range(0, 1_000).Select(_ => new UserId(Guid.NewGuid()))];
        Measured measured = await Rounds.Compare(
            options,
            length => Rounds.Callers(Callers, length, async _ =>
            {
                await Write(keys, people[Random.Shared.Next(people.Length)]);
                return 1;
            }),
            length => Rounds.Callers(Callers, length, _ => Set(server)));
        yield return BenchRow.Against($"(c) changes of a presence in Redis, {Callers} callers (reference: a SET of 400 bytes)", "changes/s", measured, null);
    }

    /// <summary>What somebody who listens takes of the program's memory: several connections of each, that say nothing.</summary>
    public static async IAsyncEnumerable<BenchRow> Connections(BenchOptions options)
    {
        await using RedisInstance redis = await RedisInstance.Start("presence");
        await using WholeSystem system = await Start(redis);
        string[] tokens = await Tokens(system);
        List<ClientWebSocket> sockets = [];
        async Task Open(int ofEach)
        {
            for (int i = 0; i < ofEach * tokens.Length; i++)
            {
                sockets.Add(await Connect(system, tokens[i % tokens.Length]));
            }
        }

        await Open(1); // what the first ones take once is not theirs
        long before = system.Api.PrivateBytes();
        await Open(ConnectionsOfEach);
        yield return new BenchRow("a live connection, in the program", "bytes", (double)(system.Api.PrivateBytes() - before) / (ConnectionsOfEach * tokens.Length));
        sockets.ForEach(socket => socket.Dispose());
    }

    private static Task<WholeSystem> Start(RedisInstance redis) => WholeSystem.Start(new Dictionary<string, string>
    {
        ["ConnectionStrings__presence"] = redis.ConnectionString,
        ["Wya__Limits__HeartbeatsPerMinute"] = "1000000000",
        ["Wya__Limits__LiveConnectsPerMinute"] = "1000000000",
    });

    /// <summary>People who are there and stay silent; they last for as long as a line takes.</summary>
    private static async Task<int> Fill(RedisInstance redis, BenchOptions options)
    {
        int crowd = options.Quick ? Crowd / 10 : Crowd;
        await using var server = new RedisServer("presence", redis.ConnectionString, RedisServer.AnswerInTheEnd);
        await UntilReached(server);
        var keys = new PresenceKeys(server, TimeSpan.FromMinutes(10));
        await Parallel.ForAsync(0, crowd, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, _) => await Write(keys, new UserId(Guid.NewGuid())));
        return crowd;
    }

    private static Task<PresenceWritten> Write(PresenceKeys keys, UserId user)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return keys.Change(
            user,
            (stay, movesLeft) =>
            {
                KnownPlace.Settled settled = KnownPlace.Settle(
                    stay.Place, ReportedPlace.Of(52.52, 13.405)!, PositionSource.Gps, true, LocationTier.Local, movesLeft, now);
                Stay next = stay.With(new PresentDevice("0190f2c16b7e7c5e9a3e6d0f4f0d2a11", PresenceStatus.Online, Activity.Browsing, null, now), keys.Lifetime);
                return (next with { Place = settled.Place }, settled.IsMove);
            },
            now);
    }

    private static async Task<int> Set(RedisServer server)
    {
        string value = new('x', 400);
        await server.Ask(database => database.StringSetAsync($"raw:{Random.Shared.Next(1_000)}", value, Lifetime));
        return 1;
    }

    private static async Task<int> Send(HttpClient client, string address, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(Beat, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await client.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode
            ? answer.Headers.Contains("Wya-Degraded") ? 0 : 1 // what was not taken does not count
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"A heartbeat was answered with {(int)answer.StatusCode}."));
    }

    private static async Task<string[]> Tokens(WholeSystem system)
    {
        using HttpClient client = system.Api.Connect(Callers);
        List<string> tokens = [];
        for (int i = 0; i < Beaters; i++)
        {
            string handle = string.Create(CultureInfo.InvariantCulture, $"beater{i}");
            await IdentitySystem.Register(client, handle);
            using HttpResponseMessage issued = await client.PostAsJsonAsync(new Uri("/development/tokens", UriKind.Relative), new { handle });
            tokens.Add((await issued.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!);
        }

        // Known everywhere before anything is measured.
        for (bool areKnown = false; !areKnown;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/me/presence");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[^1]);
            using HttpResponseMessage answer = await client.SendAsync(request);
            areKnown = answer.IsSuccessStatusCode;
        }

        return [.. tokens];
    }

    private static async Task<ClientWebSocket> Connect(WholeSystem system, string token)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new UriBuilder(system.Api.Address) { Scheme = "ws", Path = "/live/socket" }.Uri, CancellationToken.None);
        return socket;
    }

    private static async Task UntilReached(RedisServer server)
    {
        while (true)
        {
            try
            {
                await server.Ping();
                return;
            }
            catch (RedisAwayException)
            {
                await Task.Delay(20);
            }
        }
    }

    private static long Memory(RedisInstance redis)
    {
        using RedisWire wire = redis.AsOperator();
        string line = wire.Ask("INFO", "memory").Split('\n').First(one => one.StartsWith("used_memory:", StringComparison.Ordinal));
        return long.Parse(line["used_memory:".Length..].Trim(), CultureInfo.InvariantCulture);
    }
}
