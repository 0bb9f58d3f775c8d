using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wya.Api.Access;
using Wya.Api.Analysis;
using Wya.Projections;
using Wya.Testing;

namespace Wya.Api.Tests;

/// <summary>The API as it runs: Kestrel on a port of its own, over a real database of its own.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> factory;
    private readonly bool isFirst;

    private ApiHost(
        IReadOnlyDictionary<string, TestDatabase> databases, TestKeys keys, string keyFile, bool isFirst, CapturedLog log, WebApplicationFactory<Program> factory)
    {
        this.isFirst = isFirst;
        Databases = databases;
        Keys = keys;
        KeyFile = keyFile;
        Log = log;
        this.factory = factory;
        Anonymous = factory.CreateClient();
    }

    /// <summary>By domain.</summary>
    public IReadOnlyDictionary<string, TestDatabase> Databases { get; }

    /// <summary>Identity's.</summary>
    public TestDatabase Database => Databases["identity"];

    public TestKeys Keys { get; }

    public CapturedLog Log { get; }

    /// <summary>Holds the private key of the built-in issuer, in PEM.</summary>
    public string KeyFile { get; }

    /// <summary>Where the versions of rooms are kept.</summary>
    public string ObjectsFolder => KeyFile + ".objects";

    /// <summary>A client without a token.</summary>
    public HttpClient Anonymous { get; }

    public IServiceProvider Services => factory.Services;

    public static async Task<ApiHost> Start(
        Action<IDictionary<string, string>>? settings = null, Action<IServiceCollection>? services = null, int messagingPartitions = 1)
    {
        TestKeys keys = await TestKeys.Create();
        Dictionary<string, TestDatabase> databases = [];
        foreach (DomainDefinition domain in Domains.Of(messagingPartitions))
        {
            databases[domain.Name] = await TestPostgres.CreateDatabase(
                domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs, domain.IsChained);
        }

        string keyFile = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.pem");
        using (ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        }

        return await Start(databases, keys, keyFile, isFirst: true, settings, services);
    }

    /// <summary>Another node of the same system: the same databases, the same keys.</summary>
    public Task<ApiHost> StartBeside(Action<IDictionary<string, string>>? settings = null, Action<IServiceCollection>? services = null) =>
        Start(Databases, Keys, KeyFile, isFirst: false, settings, services);

    private static async Task<ApiHost> Start(
        IReadOnlyDictionary<string, TestDatabase> databases, TestKeys keys, string keyFile, bool isFirst, Action<IDictionary<string, string>>? settings, Action<IServiceCollection>? services)
    {
        Dictionary<string, string> values = new()
        {
            ["environment"] = "Development",
            ["urls"] = "http://127.0.0.1:0",
            ["Logging:Console:LogLevel:Default"] = "Warning", // what the hosts say of their starts would bury what failed
            ["ConnectionStrings:keys"] = keys.ConnectionString,
            ["Wya:Keys:File"] = keys.RingFile,
            ["Wya:Erasure:LedgerFile"] = keyFile + ".ledger",
            ["Wya:Safety:CheckpointFile"] = keyFile + ".checkpoints",
            ["Wya:Safety:CheckpointSeconds"] = "1",
            ["Wya:FollowersPollSeconds"] = "10", // they are told; many hosts that look for themselves keep the machine busy
            ["Wya:Auth:SigningKeyFile"] = keyFile,
            ["Wya:Rooms:Folder"] = keyFile + ".objects",
        };
        foreach ((string domain, TestDatabase database) in databases)
        {
            values[$"ConnectionStrings:{domain}"] = database.ConnectionString;
        }

        values["Wya:Messaging:Partitions"] = $"{databases.Keys.Count(domain => domain.StartsWith("messaging", StringComparison.Ordinal))}";

        settings?.Invoke(values);
        // A machine that is busy is no reason to fail; but what no worker follows is not worth waiting for.
        values.TryAdd("Wya:PositionWaitMilliseconds", values.ContainsKey("Wya:Role") ? "500" : "30000");
        values.TryAdd("Wya:RedisWaitMilliseconds", "5000");

        var log = new CapturedLog();
        WebApplicationFactory<Program> factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            foreach ((string name, string value) in values)
            {
                host.UseSetting(name, value);
            }

            host.ConfigureServices(container =>
            {
                container.AddSingleton<ILoggerProvider>(log);
                container.AddSingleton(new Passwords(iterations: 1_000));
                container.AddSingleton(new Tails { Beat = TimeSpan.FromSeconds(0.5) });
                services?.Invoke(container);
            });
        });
        factory.UseKestrel(0);
        factory.StartServer();
        var api = new ApiHost(databases, keys, keyFile, isFirst, log, factory);
        await Eventually.Is(
            async () => (await api.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the API is ready");
        return api;
    }

    public HttpClient With(string? token)
    {
        HttpClient client = factory.CreateClient();
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        await factory.DisposeAsync();
        if (isFirst)
        {
            foreach (TestDatabase database in Databases.Values)
            {
                await database.DisposeAsync();
            }

            await Keys.DisposeAsync();
            File.Delete(KeyFile);
            File.Delete(KeyFile + ".ledger");
            if (Directory.Exists(ObjectsFolder))
            {
                Directory.Delete(ObjectsFolder, recursive: true);
            }
        }
    }
}
