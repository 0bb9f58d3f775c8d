using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;
using Wya.Prove.Crash;
using Wya.Prove.Servers;
using Wya.Prove.Storm;
using Wya.Testing.Postgres;

namespace Wya.Prove.Failover;

/// <summary>
/// A primary and two standbys, and on them: the engine's log with writers and a daemon of two processes' worth; at full
/// size also the databases of all domains and of the keys, with the system's own program under load over HTTP.
/// </summary>
internal sealed class FailoverSite : IAsyncDisposable
{
    private const int WritersOfEach = 8;
    private const int Streams = 200;
    private const int HttpClients = 4;

    private readonly CancellationTokenSource stopEngine = new();
    private readonly CancellationTokenSource stopClients = new();
    private readonly List<IAsyncDisposable> open = [];
    private readonly History history;
    private History? identityHistory;
    private HttpClient? http;
    private CrashClient[] clients = [];
    private Task[] load = [];

    private FailoverSite(string folder, ReplicaSet set, ProofDatabase engine)
    {
        Folder = folder;
        Set = set;
        Engine = engine;
        history = new History(HistoryPath);
        Hosts = ProofDatabase.Open(set.Reach(engine.ConnectionString), Tally.Types);
    }

    public string Folder { get; }

    public ReplicaSet Set { get; }

    public ProofDatabase Engine { get; }

    /// <summary>The engine's log as a process of the proof's own sees it.</summary>
    public LogDatabase Hosts { get; }

    public DomainDatabases? Domains { get; private set; }

    public WriterCounts Counts { get; } = new();

    public string HistoryPath => Path.Combine(Folder, "engine.history");

    public string IdentityHistoryPath => Path.Combine(Folder, "identity.history");

    public int HttpAcknowledged => clients.Sum(client => client.Acknowledged);

    /// <summary>Commands acknowledged to anybody.</summary>
    public long Acknowledged => Counts.Acknowledged + HttpAcknowledged;

    public int HttpSentAgain => clients.Sum(client => client.SentAgain);

    /// <param name="isSynchronous">Whether a commit waits for a standby.</param>
    public static async Task<FailoverSite> Open(ProofEnvironment environment, string name, int servers, bool isSynchronous, bool withApi, CancellationToken ct)
    {
        string folder = environment.Folder(name);
        ProofDatabase? engine = null;
        DomainDatabases? domains = null;
        ProofKeys? keys = null;
        ReplicaSet set = await ReplicaSet.Start(
            servers,
            async primary =>
            {
                engine = await ProofDatabase.Create(primary.AdminConnectionString, name.Replace('-', '_'), [StormPlan.Inline, StormPlan.Followed], null, ct);
                if (withApi)
                {
                    domains = await DomainDatabases.Create(name.Replace('-', '_'), _ => primary.AdminConnectionString, null, ct);
                    keys = await ProofKeys.Create(primary.AdminConnectionString, folder, ct);
                }
            },
            isSynchronous,
            "fsync=on max_connections=300 max_wal_senders=10",
            ct);
        var site = new FailoverSite(folder, set, engine!) { Domains = domains };
        if (withApi)
        {
            await site.StartApi(domains!, keys!, ct);
        }

        return site;
    }

    /// <summary>Writers until they are told to stop.</summary>
    public void StartLoad(CancellationToken ct)
    {
        List<Task> all = [];
        for (int process = 0; process < 2; process++)
        {
            (LogDatabase log, PostgresEventStore store) = OpenStore();
            var daemon = new ProjectionDaemon([Consumer.Of(StormPlan.Followed, log)], TimeProvider.System);
            open.Insert(0, daemon);
            daemon.Start();
            int first = 1 + (process * WritersOfEach);
            all.AddRange(Enumerable.Range(first, WritersOfEach).Select(sender =>
                Task.Run(() => new FailoverWriter(store, history, Counts, sender, Streams).Run(stopEngine.Token), ct)));
        }

        all.AddRange(clients.Select(client => Task.Run(() => client.Run(stopClients.Token), ct)));
        load = [.. all];
    }

    /// <summary>So many more by writers that end then.</summary>
    public async Task Write(int firstSender, int commandsOfEach)
    {
        (_, PostgresEventStore store) = OpenStore();
        await Task.WhenAll(Enumerable.Range(firstSender, WritersOfEach).Select(sender =>
            Task.Run(() => new FailoverWriter(store, history, Counts, sender, Streams).Run(CancellationToken.None, commandsOfEach))));
    }

    /// <summary>Fails if one of them has given up.</summary>
    public async Task StillRuns()
    {
        foreach (Task failed in load.Where(one => one.IsFaulted))
        {
            await failed;
        }
    }

    public async Task StopLoad(CancellationToken ct)
    {
        await stopEngine.CancelAsync();
        await stopClients.CancelAsync();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromMinutes(3), ct);
    }

    /// <summary>As the administrator of whoever is the primary now.</summary>
    public string OnPrimary(ProofDatabase database) =>
        new NpgsqlConnectionStringBuilder(Set.Primary.AdminConnectionString) { Database = database.Name }.ConnectionString;

    public async Task<long> Scalar(ProofDatabase database, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(OnPrimary(database));
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        await stopEngine.CancelAsync();
        await stopClients.CancelAsync();
        await Set.DisposeAsync(); // first: a writer may wait for a standby that is not there
        foreach (IAsyncDisposable one in open)
        {
            await one.DisposeAsync();
        }

        await Hosts.DisposeAsync();
        history.Dispose();
        identityHistory?.Dispose();
        http?.Dispose();
        stopEngine.Dispose();
        stopClients.Dispose();
    }

    private (LogDatabase Log, PostgresEventStore Store) OpenStore()
    {
        LogDatabase log = ProofDatabase.Open(Set.Reach(Engine.ConnectionString), Tally.Types);
        var store = new PostgresEventStore(log, TimeProvider.System, [StormPlan.Inline]);
        open.Insert(0, log);
        open.Insert(0, store);
        return (log, store);
    }

    private async Task StartApi(DomainDatabases domains, ProofKeys keys, CancellationToken ct)
    {
        var api = new ApiProcess(
            "all",
            domains.ConnectionStrings.ToDictionary(one => one.Key, one => Set.Reach(one.Value)),
            keys with { ConnectionString = Set.Reach(keys.ConnectionString) },
            Path.Combine(Folder, "signing.pem"),
            new Dictionary<string, string> { ["Wya__Erasure__LedgerFile"] = Path.Combine(Folder, "ledger") });
        open.Add(api);
        api.Start();
        await api.UntilReady(180, ct);
        http = new HttpClient { BaseAddress = api.Address, Timeout = TimeSpan.FromSeconds(15) };
        identityHistory = new History(IdentityHistoryPath);
        await NoteTheOperator(domains.Identity, ct);
        clients = [.. Enumerable.Range(1, HttpClients).Select(sender => new CrashClient(http, identityHistory, sender))];
    }

    /// <summary>What the program recorded by itself when it first started is no stranger's.</summary>
    private async Task NoteTheOperator(ProofDatabase identity, CancellationToken ct)
    {
        int n = 0;
        foreach (LogEntry entry in await LogEntry.ReadAll(OnPrimary(identity), "log.mt_events", ct))
        {
            identityHistory!.Add([new HistoryEntry(entry.Id, entry.StreamId, entry.Version, entry.Position, 0, ++n, 0, 1, Ending.Acknowledged)]);
        }
    }
}
