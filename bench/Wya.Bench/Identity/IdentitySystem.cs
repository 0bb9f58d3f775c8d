using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.Projections;
using Wya.Projections.Identity;
using Wya.Testing;

namespace Wya.Bench.Identity;

/// <summary>The system as it runs: its own program in the role <c>all</c>, over databases of its own.</summary>
internal sealed class IdentitySystem : IAsyncDisposable
{
    // Letters that no other letter of the set looks like, and syllables that spell no reserved word.
    private static readonly string[] Syllables = [.. from consonant in "kptz" from vowel in "aeuy" select $"{consonant}{vowel}"];

    private readonly TestKeys keys;
    private readonly string signingKeyFile;
    private int registered;

    private IdentitySystem(TestDatabase database, TestKeys keys, string signingKeyFile, ServerProcess api)
    {
        Database = database;
        this.keys = keys;
        this.signingKeyFile = signingKeyFile;
        Api = api;
    }

    public TestDatabase Database { get; }

    public ServerProcess Api { get; }

    public static async Task<IdentitySystem> Start()
    {
        DomainDefinition identity = IdentityDomain.Definition;
        TestKeys keys = await TestKeys.Create();
        TestDatabase database = await TestPostgres.CreateDatabase(identity.Name, identity.Types, identity.ReadModels, identity.PrepareSql, keys.ForLogs);
        string signingKeyFile = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.pem");
        var settings = new Dictionary<string, string>
        {
            // Only Development issues a token to whoever asks; nothing else differs on the paths that are measured.
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Logging__LogLevel__Default"] = "Error",
            ["ConnectionStrings__identity"] = database.ConnectionString,
            ["ConnectionStrings__keys"] = keys.ConnectionString,
            ["Wya__Keys__File"] = keys.RingFile,
            ["Wya__Auth__SigningKeyFile"] = signingKeyFile,
            ["Wya__Limits__RegistrationsPerMinute"] = "1000000000",
            ["Wya__Limits__LookupsPerMinute"] = "1000000000",
        };
        return new IdentitySystem(database, keys, signingKeyFile, await ServerProcess.Start("Wya.Api.dll", [], settings, "/health/ready"));
    }

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
    public Task Settle() => Database.Execute("vacuum (analyze)");

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await Database.DisposeAsync();
        await keys.DisposeAsync();
        File.Delete(signingKeyFile);
    }
}
