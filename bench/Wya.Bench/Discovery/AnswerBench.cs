using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using StackExchange.Redis;
using Wya.Bench.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Projections.Presence;
using Wya.Projections.Redis;
using Wya.Testing;
using Wya.Testing.Redis;

namespace Wya.Bench.Discovery;

/// <summary>
/// Answers over HTTP with 5,000 people around: (b) computed each time, and (c) kept ones, which are looked at in the rows
/// before they are shown; both beside a server that does nothing but GET as many bytes from the same Redis.
/// </summary>
internal static class AnswerBench
{
    private const int Crowd = 5_000;
    private const int FriendsOfEach = 40;
    private const int Viewers = 32;
    private const int Callers = 8;
    private static readonly int[] Connections = [1, Callers, 32];
    private const string KeptKey = "bench:kept";

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using RedisInstance presence = await RedisInstance.Start("presence"), cache = await RedisInstance.Start("cache");
        await using WholeSystem system = await WholeSystem.Start(new Dictionary<string, string>
        {
            ["ConnectionStrings__presence"] = presence.ConnectionString,
            ["ConnectionStrings__cache"] = cache.ConnectionString,
        });
        Guid[] crowd = await Settle(system, presence, options.Quick ? Crowd / 10 : Crowd);
        string[] tokens = await ComeIn(system);
        using HttpClient ours = system.Api.Connect(Connections[^1]);
        string answer = await UntilFull(ours, tokens);

        using ConnectionMultiplexer raw = await ConnectionMultiplexer.ConnectAsync(cache.ConnectionString);
        await raw.GetDatabase().StringSetAsync(KeptKey, answer);
        await using ServerProcess getting = await NothingServer.Start(new Dictionary<string, string> { [NothingServer.RedisVariable] = cache.ConnectionString });
        using HttpClient theirs = getting.Connect(Connections[^1]);
        foreach ((string letter, string what, string address) in new[]
        {
            ("b", "computed answers", "/discovery?order=ranked"),
            ("c", "kept answers, each looked at in the rows again", "/discovery"),
        })
        {
            foreach (int connections in options.Includes(letter) ? Connections : [])
            {
                Measured measured = await Rounds.Compare(
                    options,
                    length => Rounds.Callers(connections, length, _ => Ask(ours, address, tokens[Random.Shared.Next(tokens.Length)])),
                    length => Rounds.Callers(connections, length, _ => Ask(theirs, $"/kept/{KeptKey}", null)));
                yield return BenchRow.Against(
                    $"({letter}) {what} over HTTP among {crowd.Length:#,0} people, {RegisterUserBench.Name(connections)} (reference: GET of {answer.Length:#,0} bytes from Redis over HTTP)",
                    "answers/s", measured, null);
            }
        }
    }

    /// <summary>Registered through the API, so that everybody has a handle; there, and the first ones with friends, by the thousand.</summary>
    private static async Task<Guid[]> Settle(WholeSystem system, RedisInstance presence, int count)
    {
        using HttpClient client = system.Api.Connect(2 * Callers);
        Guid[] ids = new Guid[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 * Callers }, async (i, _) =>
            ids[i] = Guid.Parse((await IdentitySystem.Register(client, Handle(i)))!.OriginalString.Split('/')[^1]));
        await Eventually.Is(async () => await system["graph"].Scalar<long>("select count(*) from people") >= count, "the graph knows them");
        await system["graph"].Execute(
            $"""
            insert into users select id from people on conflict do nothing;
            create table numbered as select id, row_number() over (order by id) as n from people;
            insert into edges (from_user, to_user, type, created_at)
                select one.id, other.id, 'friend', now() from numbered one join numbered other on abs(one.n - other.n) between 1 and {FriendsOfEach / 2};
            analyze;
            """);
        await using var server = new RedisServer("presence", presence.ConnectionString, RedisServer.AnswerInTheEnd);
        var keys = new PresenceKeys(server, TimeSpan.FromMinutes(30));
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            for (bool isWritten = false; !isWritten;)
            {
                try
                {
                    await Beat(keys, new UserId(ids[i]), i);
                    isWritten = true;
                }
                catch (RedisAwayException)
                {
                    await Task.Delay(20, CancellationToken.None);
                }
            }
        });
        return ids;
    }

    private static Task<PresenceWritten> Beat(PresenceKeys keys, UserId user, int number)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        double latitude = 52.4 + (number % 100 * 0.002), longitude = 13.3 + (number / 100 % 100 * 0.003);
        return keys.Change(
            user,
            (stay, movesLeft) => (stay.With(new PresentDevice("bench", PresenceStatus.Online, Activity.Browsing, null, now), keys.Lifetime) with
            {
                Place = KnownPlace.Settle(null, ReportedPlace.Of(latitude, longitude)!, PositionSource.Gps, true, LocationTier.Local, movesLeft, now).Place,
            }, true),
            now);
    }

    private static async Task<string[]> ComeIn(WholeSystem system)
    {
        using HttpClient client = system.Api.Connect(Callers);
        List<string> tokens = [];
        for (int i = 0; i < Viewers; i++)
        {
            using HttpResponseMessage issued = await client.PostAsJsonAsync(new Uri("/development/tokens", UriKind.Relative), new { handle = Handle(i) });
            tokens.Add((await issued.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!);
        }

        return [.. tokens];
    }

    private static string Handle(int number) => string.Create(CultureInfo.InvariantCulture, $"dweller-{number}-x");

    private static async Task<string> UntilFull(HttpClient client, string[] tokens)
    {
        string last = "";
        foreach (string token in tokens)
        {
            for (int tries = 0; ; tries++)
            {
                using var beat = new HttpRequestMessage(HttpMethod.Post, "/me/presence/heartbeat")
                {
                    Content = new StringContent("""{"position":{"latitude":52.5,"longitude":13.42,"source":"gps"}}""", System.Text.Encoding.UTF8, "application/json"),
                };
                beat.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                using HttpResponseMessage beaten = await client.SendAsync(beat);
                last = await Text(client, "/discovery", token);
                if (JsonElement.Parse(last).TryGetProperty("items", out JsonElement items) && items.GetArrayLength() == 20 && !last.Contains("\"friends\"", StringComparison.Ordinal))
                {
                    break;
                }

                if (tries > 600)
                {
                    throw new InvalidOperationException("The town did not fill.");
                }

                await Task.Delay(100);
            }
        }

        return last;
    }

    private static async Task<int> Ask(HttpClient client, string address, string? token)
    {
        string text = await Text(client, address, token);
        return text.Length > 2_000 ? 1 : throw new InvalidOperationException("An answer is not full.");
    }

    private static async Task<string> Text(HttpClient client, string address, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
