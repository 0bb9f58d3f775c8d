using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wya.Bench.Identity;

namespace Wya.Bench.Rooms;

/// <summary>The system with people who each have a room, and what they publish in it.</summary>
internal sealed class FurnishedSystem : IAsyncDisposable
{
    private readonly WholeSystem system;

    private FurnishedSystem(WholeSystem system, IReadOnlyList<Owner> owners)
    {
        this.system = system;
        Owners = owners;
    }

    /// <summary>Somebody with a room.</summary>
    internal sealed record Owner(string Token, Guid Room)
    {
        /// <summary>Of their draft; null while there is none.</summary>
        public string? Tag { get; set; }
    }

    public ServerProcess Api => system.Api;

    public IReadOnlyList<Owner> Owners { get; }

    /// <summary>About four kilobytes, as a furnished room has.</summary>
    public static byte[] Content { get; } = JsonSerializer.SerializeToUtf8Bytes(new
    {
        layout = new { type = "grid", columns = 3, rows = 2 },
        modules = Enumerable.Range(0, 5).Select(i => new
        {
            id = $"text-{i}", type = "text-block", title = $"Number {i}", content = new string('x', 700), position = new { x = i % 3, y = i / 3 },
        }),
        theme = new { background = "#0C0D0F", accent = "#7A5AF8" },
    });

    public static async Task<FurnishedSystem> Start(int people, IReadOnlyDictionary<string, string> store)
    {
        WholeSystem system = await WholeSystem.Start(store);
        List<Owner> owners = [];
        using HttpClient client = system.Api.Connect(8);
        for (int i = 0; i < people; i++)
        {
            string handle = string.Create(CultureInfo.InvariantCulture, $"owner{i}");
            Uri person = await IdentitySystem.Register(client, handle) ?? throw new InvalidOperationException("A registration names no person.");
            using HttpResponseMessage issued = await client.PostAsJsonAsync(new Uri("/development/tokens", UriKind.Relative), new { handle });
            string token = (await issued.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
            owners.Add(new Owner(token, await FirstRoom(client, token, person)));
        }

        return new FurnishedSystem(system, owners);
    }

    /// <summary>Saves the draft and publishes it: two requests, as an editor makes them.</summary>
    public static async Task<int> Publish(HttpClient client, Owner owner)
    {
        using (HttpRequestMessage save = Ask(HttpMethod.Put, $"/rooms/{owner.Room}/draft", owner.Token))
        {
            save.Content = new ByteArrayContent(Content) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            save.Headers.Add(owner.Tag is null ? "If-None-Match" : "If-Match", owner.Tag ?? "*");
            (_, owner.Tag, _) = await Send(client, save, HttpStatusCode.NoContent);
        }

        using HttpRequestMessage publish = Ask(HttpMethod.Post, $"/rooms/{owner.Room}/versions", owner.Token);
        publish.Content = JsonContent.Create(new { });
        publish.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        await Send(client, publish, HttpStatusCode.Created);
        return 1;
    }

    public static HttpRequestMessage Ask(HttpMethod method, string address, string? token)
    {
        var request = new HttpRequestMessage(method, new Uri(address, UriKind.RelativeOrAbsolute));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    public static async Task<(string? Location, string? Tag, byte[] Bytes)> Send(HttpClient client, HttpRequestMessage request, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await client.SendAsync(request);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        return answer.StatusCode == expected
            ? (answer.Headers.Location?.ToString(), answer.Headers.ETag?.ToString(), bytes)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{request.Method} was answered with {(int)answer.StatusCode}."));
    }

    public ValueTask DisposeAsync() => system.DisposeAsync();

    private static async Task<Guid> FirstRoom(HttpClient client, string token, Uri person)
    {
        for (int attempt = 0; ; attempt++)
        {
            using HttpRequestMessage request = Ask(HttpMethod.Get, $"{person}/rooms", token);
            using HttpResponseMessage answer = await client.SendAsync(request);
            if (answer.IsSuccessStatusCode
                && (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items") is var items && items.GetArrayLength() > 0)
            {
                return items[0].GetProperty("id").GetGuid();
            }

            if (attempt == 100)
            {
                throw new InvalidOperationException("A person has no room.");
            }

            await Task.Delay(50);
        }
    }
}
