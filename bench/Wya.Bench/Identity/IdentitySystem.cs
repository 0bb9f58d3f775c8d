using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Wya.Bench.Identity;

/// <summary>The system, as a client of identity sees it.</summary>
internal sealed class IdentitySystem : IAsyncDisposable
{
    // Letters that no other letter of the set looks like, and syllables that spell no reserved word.
    private static readonly string[] Syllables = [.. from consonant in "kptz" from vowel in "aeuy" select $"{consonant}{vowel}"];

    private readonly WholeSystem system;
    private int registered;

    private IdentitySystem(WholeSystem system) => this.system = system;

    public ServerProcess Api => system.Api;

    public static async Task<IdentitySystem> Start() => new(await WholeSystem.Start());

    /// <summary>A client with a token of the operator's; it lives for ten minutes, longer than any line takes.</summary>
    public async Task<HttpClient> SignIn(int connections)
    {
        HttpClient client = Api.Connect(connections);
        using HttpResponseMessage answer = await client.PostAsJsonAsync(new Uri("/development/tokens", UriKind.Relative), new { handle = "operator" });
        answer.EnsureSuccessStatusCode();
        string token = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A handle that nobody has yet, and that looks like no other.</summary>
    public string NewHandle()
    {
        int number = Interlocked.Increment(ref registered);
        return string.Concat(Enumerable.Range(0, 8).Select(digit => Syllables[(number >> (4 * digit)) & 15]));
    }

    /// <summary>Registers somebody; the same request for us and for the server that does nothing.</summary>
    /// <returns>Where the person is to be found.</returns>
    public static async Task<Uri?> Register(HttpClient client, string handle)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/users", UriKind.Relative))
        {
            Content = JsonContent.Create(new { handle, birth_date = "1990-01-01" }),
        };
        request.Headers.Add("Idempotency-Key", handle);
        using HttpResponseMessage answer = await client.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        return answer.StatusCode == HttpStatusCode.Created
            ? answer.Headers.Location
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"A registration was answered with {(int)answer.StatusCode}."));
    }

    /// <summary>Statistics as a database in use has them.</summary>
    public Task Settle() => system.Identity.Execute("vacuum (analyze)");

    public ValueTask DisposeAsync() => system.DisposeAsync();
}
