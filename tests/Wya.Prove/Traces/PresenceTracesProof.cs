using System.Diagnostics;
using System.Net.Http.Headers;
using Npgsql;
using Wya.Prove.Crash;
using Wya.Prove.Erasure;
using Wya.Prove.Servers;
using Wya.Testing.Redis;

namespace Wya.Prove.Traces;

/// <summary>People with marked positions move about; then everything that was ever written is searched for the marks.</summary>
internal static class PresenceTracesProof
{
    public static Proof Proof { get; } = new(
        "presence-traces",
        [
            "Of presence and location nothing reaches a disk, a log, a trace, a metric, a dead letter or an export; and no answer holds a position or a cell.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int people = run.Sized(4, 200, 400);
        TimeSpan time = run.Sized(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(120), TimeSpan.FromMinutes(10));
        var figures = new Figures();
        string folder = run.Environment.Folder("traces");
        string logFile = Path.Combine(folder, "api.log"), tracesFile = Path.Combine(folder, "telemetry.otlp"), answersFile = Path.Combine(folder, "answers.txt");

        // No segment of the log is reused, so that all of it can be searched.
        await using PostgresInstance postgres = await PostgresInstance.Create(run.Environment, "traces-server", "-c wal_keep_size=4GB", ct);
        DomainDatabases databases = await DomainDatabases.Create("traces", _ => postgres.AdminConnectionString, null, ct);
        ProofKeys keys = await ProofKeys.Create(postgres.AdminConnectionString, folder, ct);
        await using RedisInstance redis = await RedisInstance.Start("presence");
        await using var telemetry = new TraceSink(tracesFile);
        await using var api = new ApiProcess(
            "all",
            databases.ConnectionStrings,
            keys,
            Path.Combine(folder, "signing.pem"),
            new Dictionary<string, string>(telemetry.Settings)
            {
                ["ConnectionStrings__presence"] = redis.ConnectionString,
                ["Logging__LogLevel__Default"] = "Trace",
                ["Logging__LogLevel__Microsoft.AspNetCore"] = "Debug",
                ["Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
                ["Wya__Erasure__LedgerFile"] = Path.Combine(folder, "ledger"),
            })
        {
            OutputFile = logFile,
        };
        api.Start();
        await api.UntilReady(120, ct);

        run.Progress($"{people} people move about");
        IReadOnlyList<Wanderer> wanderers = await Settle(api, people, ct);
        int rounds = await Wander(wanderers, time, answersFile, ct);
        byte[][] places = [.. wanderers.SelectMany(one => one.Places)], rooms = [.. wanderers.SelectMany(one => one.Rooms)];
        figures.Note("people", people);
        figures.Note("rounds", rounds);
        figures.Note("marks", places.Length + rooms.Length);

        // The marks are really held, where they may be: else their absence elsewhere would say nothing.
        var placeSearch = new MarkSearch(places);
        figures.MustBeAtLeast("cells_held_in_memory", Held(redis, wanderers, placeSearch), people / 4);
        await api.Kill(ct);
        NpgsqlConnection.ClearAllPools();

        var search = new MarkSearch([.. places, .. rooms]);
        await postgres.Stop();
        run.Progress("searching");
        figures.MustBe("hits_in_databases_and_wal", await search.InFolder(postgres.Data, ct), 0);
        figures.MustBe("hits_in_logs", await search.InFile(logFile, ct), 0);
        figures.MustBe("hits_in_traces_and_metrics", await search.InFile(tracesFile, ct), 0);
        figures.MustBe("hits_in_answers_and_exports", await placeSearch.InFile(answersFile, ct), 0);
        figures.MustBe("files_of_redis", Directory.GetFiles(redis.WorkingFolder).Length, 0);
        figures.MustBeAtLeast("log_bytes", new FileInfo(logFile).Length, 100);
        figures.MustBeAtLeast("telemetry_bytes", new FileInfo(tracesFile).Length, 1_000);

        await Plant(postgres, logFile, places[0], search, figures, ct);
        figures.Note("megabytes_searched", (search.BytesSearched + placeSearch.BytesSearched) / 1e6);
        return figures;
    }

    private static async Task<IReadOnlyList<Wanderer>> Settle(ApiProcess api, int people, CancellationToken ct)
    {
        using var anonymous = new HttpClient { BaseAddress = api.Address };
        HttpClient With(string token)
        {
            var client = new HttpClient { BaseAddress = api.Address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return client;
        }

        List<Wanderer> wanderers = [];
        for (int i = 0; i < people; i++)
        {
            wanderers.Add(await Wanderer.Register(anonymous, With, i, ct));
        }

        foreach (Wanderer[] pair in wanderers.Chunk(2))
        {
            await Wait.Until(
                async () => (await pair[0].Send(HttpMethod.Post, "/me/friend-requests", $$"""{"user_id":"{{pair[1].Id}}"}""", ct)).StartsWith('2'), "a friend is asked for", 30, ct);
            await pair[1].Send(HttpMethod.Post, $"/me/friend-requests/{pair[0].Id}/accept", null, ct);
            foreach (Wanderer one in pair)
            {
                await one.Choose(ct);
            }
        }

        return wanderers;
    }

    private static async Task<int> Wander(IReadOnlyList<Wanderer> wanderers, TimeSpan time, string answersFile, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        int rounds = 0;
        await using var answers = new StreamWriter(answersFile);
        do
        {
            string[][] said = await Task.WhenAll(wanderers.Select(async (one, index) =>
            {
                await one.Move(ct);
                Wanderer other = wanderers[(index + rounds) % wanderers.Count];
                return (string[])
                [
                    await one.Send(HttpMethod.Get, "/me/friends/presence", null, ct), await one.Send(HttpMethod.Get, $"/users/{other.Id}/presence", null, ct),
                    await one.Send(HttpMethod.Get, "/me/presence", null, ct), rounds == 0 ? await one.Send(HttpMethod.Get, "/me/export", null, ct) : "",
                ];
            }));
            await answers.WriteAsync(string.Concat(said.SelectMany(one => one)));
            rounds++;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return rounds;
    }

    private static int Held(RedisInstance redis, IReadOnlyList<Wanderer> wanderers, MarkSearch search)
    {
        using RedisWire wire = redis.AsOperator();
        return wanderers.Count(one => search.In(wire.Ask("GET", $"presence_stay:{{{one.Id}}}")) > 0);
    }

    /// <summary>One coordinate in a row of a database, and one in a line of the log: the same search must find both.</summary>
    private static async Task Plant(PostgresInstance postgres, string logFile, byte[] mark, MarkSearch search, Figures figures, CancellationToken ct)
    {
        string text = System.Text.Encoding.ASCII.GetString(mark);
        await File.AppendAllTextAsync(logFile, $"somebody is at {text}\n", ct);
        await postgres.Start(ct);
        await using (var connection = new NpgsqlConnection(postgres.AdminConnectionString))
        {
            await connection.OpenAsync(ct);
            await using var leak = new NpgsqlCommand($"create table planted as select '{text}'::text as place", connection);
            await leak.ExecuteNonQueryAsync(ct);
        }

        await postgres.Stop();
        figures.MustBe("planted_in_log_found", await search.InFile(logFile, ct), 1);
        figures.MustBeAtLeast("planted_in_database_found", await search.InFolder(postgres.Data, ct), 1);
    }
}
