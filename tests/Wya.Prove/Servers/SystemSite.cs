using System.Globalization;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Prove.Crash;

namespace Wya.Prove.Servers;

/// <summary>The databases of every domain, the keys, and the system's own program over them, on as many nodes as are started.</summary>
internal sealed class SystemSite : IAsyncDisposable
{
    private readonly string folder;
    private readonly DomainDatabases databases;
    private readonly ProofKeys keys;
    private readonly SubjectKeys subjects;
    private readonly List<ApiProcess> nodes = [];

    private SystemSite(string folder, DomainDatabases databases, ProofKeys keys)
    {
        this.folder = folder;
        this.databases = databases;
        this.keys = keys;
        subjects = keys.Open();
    }

    public IReadOnlyList<ApiProcess> Nodes => nodes;

    /// <param name="server">The administrator's connection to the server of each domain's database, and of <c>keys</c>. Whoever made the servers ends them.</param>
    public static async Task<SystemSite> Open(ProofEnvironment environment, string proof, Func<string, string> server, CancellationToken ct, int messagingPartitions = 1)
    {
        string folder = environment.Folder(proof);
        DomainDatabases databases = await DomainDatabases.Create(proof, server, null, ct, messagingPartitions);
        return new SystemSite(folder, databases, await ProofKeys.Create(server("keys"), folder, ct));
    }

    public ProofDatabase Database(string domain) => databases[domain];

    public IReadOnlyDictionary<string, string> ConnectionStrings => databases.ConnectionStrings;

    /// <summary>Starts processes that do everything, one after the other: the first one makes what all share.</summary>
    /// <param name="settings">Further ones, by environment variable.</param>
    public async Task Start(int count, CancellationToken ct, IReadOnlyDictionary<string, string>? settings = null)
    {
        for (int i = 0; i < count; i++)
        {
            await Start("all", ct, settings);
        }
    }

    /// <param name="through">What becomes of the connection string to each database, so that it leads there another way.</param>
    public async Task Start(string role, CancellationToken ct, IReadOnlyDictionary<string, string>? settings = null, Func<string, string>? through = null)
    {
        through ??= connection => connection;
        var more = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Wya__Erasure__LedgerFile"] = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"ledger-{nodes.Count}")),
            ["Wya__Limits__MessagesPerMinute"] = "100000000",
            ["Wya__Limits__LookupsPerMinute"] = "100000000",
            ["Wya__Limits__SignInsPerMinute"] = "100000000",
        };
        var node = new ApiProcess(
            role,
            databases.ConnectionStrings.ToDictionary(one => one.Key, one => through(one.Value)),
            keys with { ConnectionString = through(keys.ConnectionString) },
            Path.Combine(folder, "signing.pem"),
            more)
        {
            OutputFile = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"node-{nodes.Count}.log")),
        };
        nodes.Add(node);
        node.Start();
        await node.UntilReady(120, ct);
    }

    /// <summary>A domain's log as this process reads it, with the keys.</summary>
    public LogDatabase OpenLog(DomainDefinition domain) =>
        new(domain.Name, databases[domain.Name].ConnectionString, domain.Types, keys: new LogKeys(subjects, keys.Ring.ClaimPepper));

    /// <summary>What the nodes wrote, for messages about what went wrong.</summary>
    public string Said() => string.Join('\n', nodes.Select(node => node.OutputFile).Where(File.Exists).Select(file => File.ReadAllText(file!)));

    public async ValueTask DisposeAsync()
    {
        foreach (ApiProcess node in nodes)
        {
            await node.DisposeAsync();
        }

        await subjects.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }
}
