using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Prove.Checking;
using Wya.Prove.Servers;
using Wya.Prove.Storm;

namespace Wya.Prove.Crash;

/// <summary>
/// All that runs in a crash proof: one PostgreSQL server; on its databases of the domains the system's own program in its
/// roles api and worker, under load from HTTP clients; on one more, writers and a daemon of the engine alone, for volume.
/// </summary>
internal sealed class CrashSite : IAsyncDisposable
{
    private const int HttpClients = 6;
    private const int EngineWriters = 16;
    private const int FirstEngineSender = 100;

    private readonly string folder;
    private readonly List<string> engineHistories = [];
    private readonly List<History.Tail> engineTails = [];
    private readonly CancellationTokenSource stopClients = new();
    private readonly HttpClient http;
    private readonly History identityHistory;
    private readonly CrashClient[] clients;
    private readonly ApiProcess api;
    private readonly ApiProcess worker;
    private Task? load;
    private WorkerProcess? writer;
    private WorkerProcess? follower;

    private CrashSite(string folder, PostgresInstance server, DomainDatabases domains, ProofKeys keys, ProofDatabase engine)
    {
        this.folder = folder;
        Server = server;
        Identity = domains.Identity;
        Engine = engine;
        string keyFile = Path.Combine(folder, "signing.pem");
        api = new ApiProcess("api", domains.ConnectionStrings, keys, keyFile);
        worker = new ApiProcess("worker", domains.ConnectionStrings, keys, keyFile);
        http = new HttpClient { BaseAddress = api.Address, Timeout = TimeSpan.FromSeconds(15) };
        identityHistory = new History(IdentityHistoryPath);
        clients = [.. Enumerable.Range(1, HttpClients).Select(sender => new CrashClient(http, identityHistory, sender))];
    }

    public PostgresInstance Server { get; }

    public ProofDatabase Identity { get; }

    public ProofDatabase Engine { get; }

    public string IdentityHistoryPath => Path.Combine(folder, "identity.history");

    public IReadOnlyList<string> EngineHistoryPaths => engineHistories;

    public int HttpAcknowledged => clients.Sum(client => client.Acknowledged);

    public int HttpSentAgain => clients.Sum(client => client.SentAgain);

    /// <summary>Commands acknowledged to anybody.</summary>
    public int Acknowledged() => HttpAcknowledged + engineTails.Sum(tail => tail.Acknowledged());

    public static async Task<CrashSite> Open(ProofEnvironment environment, CancellationToken ct)
    {
        PostgresInstance server = await PostgresInstance.Create(environment, "crash-server", "-c max_connections=300", ct);
        DomainDatabases domains = await DomainDatabases.Create("crash", _ => server.AdminConnectionString, null, ct);
        ProofDatabase engine = await ProofDatabase.Create(server.AdminConnectionString, "crash", [StormPlan.Inline, StormPlan.Followed], null, ct);
        string folder = environment.Folder("crash");
        ProofKeys keys = await ProofKeys.Create(server.AdminConnectionString, folder, ct);
        var site = new CrashSite(folder, server, domains, keys, engine);
        site.api.Start();
        await site.api.UntilReady(60, ct);
        site.worker.Start();
        await site.StartWriter();
        await site.StartFollower();
        await site.NoteTheOperator(ct);
        site.load = Task.WhenAll(site.clients.Select(client => Task.Run(() => client.Run(site.stopClients.Token), ct)));
        return site;
    }

    /// <summary>The API process, and the writers of the engine: whatever takes commands.</summary>
    public async Task CrashApi(CancellationToken ct)
    {
        await Task.WhenAll(api.Kill(ct), writer!.Kill(ct));
        api.Start();
        await writer.DisposeAsync();
        await StartWriter();
    }

    /// <summary>Whatever keeps asynchronous read models.</summary>
    public async Task CrashDaemon(CancellationToken ct)
    {
        await Task.WhenAll(worker.Kill(ct), follower!.Kill(ct));
        worker.Start();
        await follower.DisposeAsync();
        await StartFollower();
    }

    public async Task CrashServer(CancellationToken ct)
    {
        await Server.Kill(ct);
        await Server.Start(ct);
    }

    /// <summary>Ends the load between two commands, and waits until the read models have come to the end of their logs.</summary>
    public async Task Settle(CancellationToken ct)
    {
        await stopClients.CancelAsync();
        await writer!.Say("stop");
        await writer.Hear("done", 120, ct);
        await load!;
        IEnumerable<(ProofDatabase Database, ReadModel Model)> followed =
            [(Engine, StormPlan.Followed), .. IdentityDomain.Definition.ReadModels.Where(model => !model.Inline).Select(model => (Identity, model))];
        foreach ((ProofDatabase database, ReadModel model) in followed)
        {
            await database.UntilFollowed(model, await database.Scalar("select position from log.wya_log_head", ct), 120, ct);
        }
    }

    /// <summary>Fails if a client has given up.</summary>
    public async Task StillRuns()
    {
        if (load!.IsFaulted)
        {
            await load;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopClients.CancelAsync();
        await api.DisposeAsync();
        await worker.DisposeAsync();
        foreach (WorkerProcess? process in new[] { writer, follower })
        {
            await (process?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await Server.DisposeAsync();
        http.Dispose();
        identityHistory.Dispose();
        stopClients.Dispose();
    }

    private async Task StartWriter()
    {
        int number = engineHistories.Count;
        string path = Path.Combine(folder, $"engine-{number}.history");
        await File.WriteAllBytesAsync(path, []);
        engineHistories.Add(path);
        engineTails.Add(new History.Tail(path));
        writer = await WorkerProcess.Start("crash-writer", new CrashPlan(
            Engine.ConnectionString, path, FirstEngineSender + (number * EngineWriters), EngineWriters, Streams: 1_000));
    }

    private async Task StartFollower() =>
        follower = await WorkerProcess.Start("crash-follower", new CrashPlan(Engine.ConnectionString, "", 0, 0, 0));

    /// <summary>What the API recorded by itself when it first started is no stranger's.</summary>
    private async Task NoteTheOperator(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Identity.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("select id, stream_id, version, seq_id from log.mt_events order by seq_id", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        for (int n = 1; await reader.ReadAsync(ct); n++)
        {
            identityHistory.Add([new HistoryEntry(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3), 0, n, 0, 1, Ending.Acknowledged)]);
        }
    }
}
