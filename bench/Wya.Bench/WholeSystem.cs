using Npgsql;
using Wya.Bench.Identity;
using Wya.Projections;
using Wya.Projections.Identity;
using Wya.Testing;

namespace Wya.Bench;

/// <summary>The system as it runs: its own program in the role <c>all</c>, or in two processes, over databases of its own.</summary>
internal sealed class WholeSystem : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, TestDatabase> databases;
    private readonly string folder;

    private readonly ServerProcess? worker;

    private WholeSystem(IReadOnlyDictionary<string, TestDatabase> databases, TestKeys keys, string folder, ServerProcess api, ServerProcess? worker)
    {
        this.worker = worker;
        this.databases = databases;
        this.folder = folder;
        Keys = keys;
        Api = api;
    }

    /// <summary>Whether what answers and what follows the logs are processes of their own: then each has its own processor time.</summary>
    public static bool Apart { get; set; }

    public TestKeys Keys { get; }

    public ServerProcess Api { get; }

    public TestDatabase Identity => databases[IdentityDomain.Definition.Name];

    public TestDatabase this[string domain] => databases[domain];

    public static async Task<WholeSystem> Start(IReadOnlyDictionary<string, string>? more = null)
    {
        TestKeys keys = await TestKeys.Create();
        Dictionary<string, TestDatabase> databases = [];
        string folder = Directory.CreateTempSubdirectory("wya-bench-").FullName;
        var settings = new Dictionary<string, string>
        {
            // Only Development issues a token to whoever asks; nothing else differs on the paths that are measured.
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Logging__LogLevel__Default"] = "Error",
            ["ConnectionStrings__keys"] = keys.ConnectionString,
            ["Wya__Keys__File"] = keys.RingFile,
            ["Wya__Auth__SigningKeyFile"] = Path.Combine(folder, "signing.pem"),
            ["Wya__Erasure__LedgerFile"] = Path.Combine(folder, "shred.ledger"),
            ["Wya__Limits__RegistrationsPerMinute"] = "1000000000",
            ["Wya__Limits__LookupsPerMinute"] = "1000000000",
            ["Wya__Limits__SignInsPerMinute"] = "1000000000",
            ["Wya__Limits__MessagesPerMinute"] = "1000000000",
        };
        foreach (DomainDefinition domain in Domains.All)
        {
            databases[domain.Name] = await TestPostgres.CreateDatabase(
                domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs);
            settings[$"ConnectionStrings__{domain.Name}"] = databases[domain.Name].ConnectionString;
        }

        foreach ((string name, string value) in more ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        if (!Apart)
        {
            return new WholeSystem(databases, keys, folder, await ServerProcess.Start("Wya.Api.dll", [], settings, "/health/ready"), null);
        }

        ServerProcess worker = await ServerProcess.Start("Wya.Api.dll", [], InRole(settings, "worker"), "/health/ready");
        ProcessorTime.Named[worker.Id] = ProcessorTime.Worker;
        return new WholeSystem(databases, keys, folder, await ServerProcess.Start("Wya.Api.dll", [], InRole(settings, "api"), "/health/ready"), worker);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        if (worker is not null)
        {
            await worker.DisposeAsync();
        }

        NpgsqlConnection.ClearAllPools();
        foreach (TestDatabase database in databases.Values)
        {
            await database.DisposeAsync();
        }

        await Keys.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Dictionary<string, string> InRole(Dictionary<string, string> settings, string role) => new(settings) { ["Wya__Role"] = role };
}
