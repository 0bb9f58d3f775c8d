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
        TimeSpan time = run.Sized(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(120), TimeSpan.FromMinutes(10));
        int logBytes = run.Sized(2_500, 10_000, 10_000);
        var figures = new Figures();
        string folder = run.Environment.Folder("traces");
        string logFile = Path.Combine(folder, "api.log"), tracesFile = Path.Combine(folder, "telemetry.otlp"), answersFile = Path.Combine(folder, "answers.txt");
        string exportsFile = Path.Combine(folder, "exports.txt"), replayFile = Path.Combine(folder, "replay.jsonl");

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
                // All that can be logged; the program keeps its framework at warnings whatever it is told.
                ["Logging__LogLevel__Default"] = "Trace",
                ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
                ["Logging__Console__LogLevel__Microsoft.AspNetCore"] = "Trace",
                ["Wya__Erasure__LedgerFile"] = Path.Combine(folder, "ledger"),
            })
        {
            OutputFile = logFile,
        };
        api.Start();
        await api.UntilReady(120, ct);

        run.Progress($"{people} people move about");
        IReadOnlyList<Wanderer> wanderers = await Settle(api, people, ct);
        await using var answers = new StreamWriter(answersFile);
        int rounds = await Wander(wanderers, time, answers, ct);

        // The marks are really held, where they may be: else their absence elsewhere would say nothing.
        int held = Held(redis, wanderers);
        figures.MustBe("exports", await Export(wanderers, exportsFile, ct), people);
        run.Progress("what they need is taken away");
        await TakeAway(redis, postgres, wanderers, answers, ct);
        await Wait.Until(() => Task.FromResult(new FileInfo(logFile).Length >= logBytes), "enough is logged", 60, ct);
        await answers.DisposeAsync();
        await api.Kill(ct);
        NpgsqlConnection.ClearAllPools();
        byte[][] places = [.. wanderers.SelectMany(one => one.Places)], rooms = [.. wanderers.SelectMany(one => one.Rooms)];
        figures.Note("people", people);
        figures.Note("rounds", rounds);
        figures.Note("marks", places.Length + rooms.Length);

        figures.MustBeAtLeast("cells_held_in_memory", held, people / 4);

        run.Progress("searching");
        await postgres.Start(ct);
        await ReplayedLogs.Write(databases.ConnectionStrings, replayFile, ct);
        await postgres.Stop();
        MarkSearch placeSearch = new(places), search = new([.. places, .. rooms]);
        figures.MustBe("hits_in_databases_and_wal", await search.InFolder(postgres.Data, ct), 0);
        figures.MustBe("hits_in_logs", await search.InFile(logFile, ct), 0);
        figures.MustBe("hits_in_traces_and_metrics", await search.InFile(tracesFile, ct), 0);
        figures.MustBe("hits_in_exports", await search.InFile(exportsFile, ct), 0);
        figures.MustBe("hits_in_replayed_logs", await search.InFile(replayFile, ct), 0);
        figures.MustBe("hits_in_answers", await placeSearch.InFile(answersFile, ct), 0);
        figures.MustBe("files_of_redis", Directory.GetFiles(redis.WorkingFolder).Length, 0);
        figures.MustBeAtLeast("log_bytes", new FileInfo(logFile).Length, logBytes);
        figures.MustBeAtLeast("log_lines_below_information", File.ReadLines(logFile).Count(line => line.StartsWith("dbug:", StringComparison.Ordinal)), 1);
        figures.MustBeAtLeast("telemetry_bytes", new FileInfo(tracesFile).Length, 1_000);
        figures.MustBeAtLeast("replayed_bytes", new FileInfo(replayFile).Length, 1_000);

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

    private static async Task<int> Wander(IReadOnlyList<Wanderer> wanderers, TimeSpan time, StreamWriter answers, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        int rounds = 0;
        do
        {
            await Round(wanderers, rounds, answers, ct);
            rounds++;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return rounds;
    }

    private static async Task Round(IReadOnlyList<Wanderer> wanderers, int number, StreamWriter answers, CancellationToken ct)
    {
        string[][] said = await Task.WhenAll(wanderers.Select(async (one, index) =>
        {
            Wanderer other = wanderers[(index + number) % wanderers.Count];
            return (string[])
            [
                await one.Move(ct), await one.Send(HttpMethod.Get, "/me/friends/presence", null, ct),
                await one.Send(HttpMethod.Get, $"/users/{other.Id}/presence", null, ct), await one.Send(HttpMethod.Get, "/me/presence", null, ct),
            ];
        }));
        await answers.WriteAsync(string.Concat(said.SelectMany(one => one)));
    }

    private static async Task<int> Export(IReadOnlyList<Wanderer> wanderers, string file, CancellationToken ct)
    {
        string[] exports = await Task.WhenAll(wanderers.Select(one => one.Send(HttpMethod.Get, "/me/export", null, ct)));
        await File.WriteAllLinesAsync(file, exports, ct);
        return exports.Count(one => one.StartsWith("200", StringComparison.Ordinal));
    }

    /// <summary>A program that is well says hardly anything. So all move on while Redis is away, and then the databases too.</summary>
    private static async Task TakeAway(
        RedisInstance redis, PostgresInstance postgres, IReadOnlyList<Wanderer> wanderers, StreamWriter answers, CancellationToken ct)
    {
        await redis.Kill();
        await Round(wanderers, 0, answers, ct);
        await postgres.Stop();
        await Round(wanderers, 1, answers, ct);
    }

    private static int Held(RedisInstance redis, IReadOnlyList<Wanderer> wanderers)
    {
        var search = new MarkSearch([.. wanderers.SelectMany(one => one.Places)]);
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
        figures.MustBeAtLeast("planted_in_database_found", await search.InFolder(Path.Combine(postgres.Data, "base"), ct), 1);
    }
}
