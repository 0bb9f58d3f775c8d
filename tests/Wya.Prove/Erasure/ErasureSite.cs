using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Wya.Cli;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Identity;
using Wya.Projections.Messaging;
using Wya.Prove.Crash;
using Wya.Prove.Servers;

namespace Wya.Prove.Erasure;

/// <summary>
/// All that runs in a proof about erasure: the server of identity and the other domains, the keys' server (so that their backups are apart), the shred
/// ledger beside both, and the system's own program with everything that it writes kept.
/// </summary>
internal sealed class ErasureSite : IAsyncDisposable
{
    private readonly string folder;
    private readonly string keyFile;
    private readonly DomainDatabases databases;
    private ApiProcess? api;
    private HttpClient? anonymous;

    private ErasureSite(string folder, PostgresInstance identityServer, PostgresInstance keysServer, DomainDatabases databases, ProofKeys keys, TraceSink traces)
    {
        this.folder = folder;
        keyFile = Path.Combine(folder, "development.key");
        IdentityServer = identityServer;
        KeysServer = keysServer;
        this.databases = databases;
        Keys = keys;
        Traces = traces;
    }

    public PostgresInstance IdentityServer { get; }

    public PostgresInstance KeysServer { get; }

    public ProofDatabase Identity => databases.Identity;

    public ProofDatabase Messaging => databases[MessagingDomain.Definition.Name];

    public ProofKeys Keys { get; }

    public TraceSink Traces { get; }

    public string LedgerFile => Path.Combine(folder, "shred.ledger");

    public string LogFile => Path.Combine(folder, "api.log");

    public string TracesFile => Path.Combine(folder, "traces.otlp");

    public string IdentityBackup => Path.Combine(folder, "identity-backup");

    public string KeysBackup => Path.Combine(folder, "keys-backup");

    public string ReplayFile => Path.Combine(folder, "replay.jsonl");

    public string ExportFolder => Path.Combine(folder, "exported");

    public ApiProcess Api => api ?? throw new InvalidOperationException("The API does not run.");

    public HttpClient Anonymous => anonymous ?? throw new InvalidOperationException("The API does not run.");

    public static async Task<ErasureSite> Open(ProofEnvironment environment, CancellationToken ct)
    {
        string folder = environment.Folder("erasure");
        // No segment of the log is reused, so that all of it can be searched.
        const string keepAll = "-c wal_keep_size=4GB";
        Task<PostgresInstance> identityServer = PostgresInstance.Create(environment, "identity-server", keepAll, ct);
        Task<PostgresInstance> keysServer = PostgresInstance.Create(environment, "keys-server", keepAll, ct);
        await Task.WhenAll(identityServer, keysServer);
        string server = (await identityServer).AdminConnectionString;
        DomainDatabases databases = await DomainDatabases.Create("erasure", _ => server, null, ct);
        ProofKeys keys = await ProofKeys.Create((await keysServer).AdminConnectionString, folder, ct);
        var site = new ErasureSite(
            folder, await identityServer, await keysServer, databases, keys, new TraceSink(Path.Combine(folder, "traces.otlp")));
        site.StartApi();
        await site.Api.UntilReady(60, ct);
        return site;
    }

    public void StartApi(string? ledgerFile = null)
    {
        Dictionary<string, string> settings = new(Traces.Settings)
        {
            ["Wya__Erasure__LedgerFile"] = ledgerFile ?? LedgerFile,
            ["Wya__Erasure__GraceDays"] = "0",
            ["Logging__LogLevel__Default"] = "Debug",
        };
        api = new ApiProcess("all", databases.ConnectionStrings, Keys, keyFile, settings) { OutputFile = LogFile };
        api.Start();
        anonymous = new HttpClient { BaseAddress = api.Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public async Task StopApi(CancellationToken ct)
    {
        await Api.Kill(ct);
        anonymous?.Dispose();
        (api, anonymous) = (null, null);
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Base backups of both servers, each on its own, as an operator would keep them.</summary>
    public Task BackUp(CancellationToken ct) => WhileStopped(
        () => Task.WhenAll(IdentityServer.BackUpTo(IdentityBackup), KeysServer.BackUpTo(KeysBackup)), ct);

    public Task Restore(CancellationToken ct) => WhileStopped(
        () => Task.WhenAll(IdentityServer.RestoreFrom(IdentityBackup), KeysServer.RestoreFrom(KeysBackup)), ct);

    /// <summary>Both servers are stopped in order, so that their files hold everything; the API is stopped and stays so.</summary>
    public async Task WhileStopped(Func<Task> doing, CancellationToken ct)
    {
        await StopApi(ct);
        await Task.WhenAll(IdentityServer.Stop(), KeysServer.Stop());
        await doing();
        await Task.WhenAll(IdentityServer.Start(ct), KeysServer.Start(ct));
    }

    public HttpClient With(string token)
    {
        var client = new HttpClient { BaseAddress = Api.Address, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<string> Token(string handle, CancellationToken ct)
    {
        JsonElement issued = await Send(Anonymous, HttpMethod.Post, "/development/tokens", new { handle }, ct);
        return issued.GetProperty("access_token").GetString()!;
    }

    /// <exception cref="InvalidOperationException">It was not answered with a success.</exception>
    public static async Task<JsonElement> Send(HttpClient client, HttpMethod method, string address, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using HttpResponseMessage answer = await client.SendAsync(request, ct);
        string text = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode
            ? text.Length == 0 ? default : JsonElement.Parse(text)
            : throw new InvalidOperationException($"{method} {address} was answered with {(int)answer.StatusCode}: {text}");
    }

    /// <summary>What an operator exports with the tool.</summary>
    public Task Replay(CancellationToken ct) => ReplayedLogs.Write(databases.ConnectionStrings, ReplayFile, ct);

    /// <summary>What an analyst exports with the tool; the key of its pseudonyms is kept.</summary>
    public async Task<Guid> Export(CancellationToken ct) =>
        (await Wya(["events", "export", "--to", "ndjson", "--out", ExportFolder, "--json"], ct))!.Value.GetProperty("export_id").GetGuid();

    /// <summary>Who each of them is in it, of whom the tool tells that.</summary>
    public async Task<IReadOnlyList<string>> Pseudonyms(Guid export, IEnumerable<MarkedPerson> people, CancellationToken ct)
    {
        List<string> told = [];
        foreach (MarkedPerson person in people)
        {
            if (await Wya(["exports", "pseudonym", $"{export}", $"{person.Id}", "--json"], ct, mayRefuse: "was erased") is { } pseudonym)
            {
                told.Add(pseudonym.GetProperty("pseudonym").GetString()!);
            }
        }

        return told;
    }

    /// <returns>Null when it refused for the reason for which it may.</returns>
    private async Task<JsonElement?> Wya(string[] arguments, CancellationToken ct, string? mayRefuse = null)
    {
        StringWriter output = new(), error = new();
        int code = await CommandLine.Run(
            arguments,
            new Surroundings
            {
                Domains = Domains.All,
                Streams = StreamFold.All,
                Variable = name => databases.ConnectionStrings.GetValueOrDefault(name.Replace("ConnectionStrings__", "", StringComparison.Ordinal)),
                Output = output,
                Error = error,
                OutputIsTerminal = false,
                Clock = TimeProvider.System,
            },
            ct);
        return code == 0 ? JsonElement.Parse(output.ToString())
            : mayRefuse is not null && $"{error}".Contains(mayRefuse, StringComparison.Ordinal) ? null
            : throw new InvalidOperationException($"wya {arguments[0]} {arguments[1]}: {error}");
    }

    /// <summary>Where each event of every log stands.</summary>
    public async Task<IReadOnlyDictionary<Guid, SealedPlace>> Places(CancellationToken ct)
    {
        Dictionary<Guid, SealedPlace> places = [];
        foreach ((string domain, string connection) in databases.ConnectionStrings)
        {
            await using NpgsqlDataSource log = NpgsqlDataSource.Create(connection);
            await using NpgsqlCommand command = log.CreateCommand("select id, stream_id from log.mt_events");
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                places[reader.GetGuid(0)] = new SealedPlace(domain, reader.GetGuid(1));
            }
        }

        return places;
    }

    public Task UntilKeysAreDestroyed(int people, CancellationToken ct) => Wait.Until(
        async () => await Identity.Count("erasure_receipts where key_destroyed_at is not null", ct) >= people, "the keys are destroyed", 120, ct);

    /// <summary>Until every asynchronous read model of identity's log has come to its head, with nothing set aside.</summary>
    public Task UntilFollowed(CancellationToken ct)
    {
        string own = string.Join(", ", IdentityDomain.Definition.ReadModels.Where(model => !model.Inline).Select(model => $"'{model.ProgressionName}'"));
        return Wait.Until(
            async () => await Identity.Scalar(
                $"""
                select (select count(*) from log.wya_parked_streams)
                     + (select position from log.wya_log_head)
                     - coalesce((select min(last_seq_id) from log.mt_event_progression where name in ({own})), 0)
                """, ct) == 0,
            "all read models at the head", 120, ct);
    }

    /// <summary>Until messaging has taken away what it kept of them beside its log; it hears of an erasure a moment later.</summary>
    public Task UntilMessagingForgot(string ids, CancellationToken ct) => Wait.Until(
        async () => await Messaging.Count($"message_search where author_id in ({ids})", ct)
            + await Messaging.Count($"users where id in ({ids}) and handle is not null", ct) == 0,
        "messaging has forgotten them", 120, ct);

    /// <summary>And drops the tables that were replaced.</summary>
    public async Task<RebuildJob> Rebuild(DomainDefinition domain, string model, CancellationToken ct)
    {
        await using var log = new LogDatabase(domain.Name, databases[domain.Name].ConnectionString, domain.Types);
        var rebuilds = new Rebuilds(log, domain.ReadModels, TimeProvider.System);
        await rebuilds.Request(model, "prove", ct);
        RebuildJob? job = null;
        await Wait.Until(
            async () => (job = await rebuilds.Show(model, ct))!.State != RebuildState.Running, $"{model} is rebuilt", 120, ct);
        if (job!.State != RebuildState.Done)
        {
            return job; // held, because rows differ; or failed
        }

        // The worker lets go of the rebuild a moment after it has said that it is done; until then the drop is refused.
        await Wait.Until(async () => (await rebuilds.DropRetired(model, "prove", ct)).Refusal != RebuildRefusals.RebuildUnderWay, $"the replaced tables of {model} are dropped", 60, ct);
        return job;
    }

    public async ValueTask DisposeAsync()
    {
        if (api is not null)
        {
            await api.DisposeAsync();
        }

        anonymous?.Dispose();
        NpgsqlConnection.ClearAllPools();
        await Traces.DisposeAsync();
        await IdentityServer.DisposeAsync();
        await KeysServer.DisposeAsync();
    }

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
