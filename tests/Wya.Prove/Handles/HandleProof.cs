using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Wya.Prove.Crash;
using Wya.Prove.Servers;

namespace Wya.Prove.Handles;

/// <summary>Many people want the same handles at the same moment, in many spellings, through two processes.</summary>
internal static class HandleProof
{
    private const int Connections = 16;
    private const int SpellingsEach = 10;
    private const string Operator = "operator";

    public static Proof Proof { get; } = new(
        "handles",
        [
            "Of all who want a handle or one that looks like it, at the same time and through several processes, exactly one gets it; the others are told 409 and leave no stream.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int handles = run.Sized(20, 100, 2_000);
        var figures = new Figures();
        await using IdentitySite site = await IdentitySite.Open(run.Environment, "handles", ct);
        ApiProcess[] processes = [site.Process("api"), site.Process("api")];
        foreach (ApiProcess process in processes) // one after the other: each sees to it that there is an operator
        {
            process.Start();
            await process.UntilReady(60, ct);
        }

        IReadOnlyList<HandleFamily> families = HandleFamily.Make(handles, SpellingsEach);
        run.Progress(string.Create(CultureInfo.InvariantCulture, $"{handles * SpellingsEach:N0} registrations for {handles:N0} handles"));
        long start = Stopwatch.GetTimestamp();
        Attempt[] attempts = await Race(processes, families, ct);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        run.Progress("comparing");
        (IReadOnlyList<Registered> people, IReadOnlyList<Guid> streams) = await HandleFindings.Read(site.Database, ct);
        var found = HandleFindings.Check(families, attempts, people, streams);
        figures.MustBe("registrations", attempts.Length, handles * SpellingsEach);
        figures.Note("processes", processes.Length);
        figures.Note("connections", Connections);
        figures.MustBe("won", attempts.Count(attempt => attempt.Status == 201), handles);
        figures.MustBe("told_409", attempts.Count(attempt => attempt is { Status: 409, Problem: "handle-taken" }), handles * (SpellingsEach - 1));
        figures.Note("won_in_another_spelling", attempts.Count(attempt => attempt.User is not null && families.All(family => family.Spellings[0] != attempt.Handle)));
        figures.MustBe("handles_taken_twice", found.TakenTwice, 0);
        figures.MustBe("handles_taken_by_nobody", found.TakenByNobody, 0);
        figures.MustBe("winners_missing", found.WinnersMissing, 0);
        figures.MustBe("registered_but_not_told", found.Unannounced, 0);
        figures.MustBe("streams", streams.Count, handles + 1); // and the operator's
        figures.MustBe("orphan_streams", found.OrphanStreams, 0);
        figures.MustBe("winners_not_found_over_http", await NotFound(processes, attempts, ct), 0);
        figures.Note("seconds", seconds);
        PlantFaults(families, attempts, people, streams, figures);
        return figures;
    }

    /// <summary>All spellings of a handle at the same time, then those of the next.</summary>
    private static async Task<Attempt[]> Race(ApiProcess[] processes, IReadOnlyList<HandleFamily> families, CancellationToken ct)
    {
        var random = new Random(16);
        string[] handles = [.. families.SelectMany(family =>
        {
            string[] spellings = [.. family.Spellings];
            random.Shuffle(spellings);
            return spellings;
        })];
        var attempts = new Attempt[handles.Length];
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(
            async () =>
            {
                using HttpClient client = Connect(processes[connection % processes.Length]);
                for (int i = Interlocked.Increment(ref next); i < handles.Length; i = Interlocked.Increment(ref next))
                {
                    attempts[i] = await Register(client, handles[i], i, ct);
                }
            },
            ct)));
        return attempts;
    }

    private static HttpClient Connect(ApiProcess process) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = process.Address, Timeout = TimeSpan.FromSeconds(60) };

    private static async Task<Attempt> Register(HttpClient client, string handle, int number, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/users", UriKind.Relative))
        {
            Content = JsonContent.Create(new { handle, birth_date = "1990-01-01" }),
        };
        request.Headers.Add("Idempotency-Key", number.ToString(CultureInfo.InvariantCulture));
        using HttpResponseMessage answer = await client.SendAsync(request, ct);
        JsonObject? body = await answer.Content.ReadFromJsonAsync<JsonObject>(ct);
        return answer.StatusCode == HttpStatusCode.Created
            ? new Attempt(body!["handle"]!.GetValue<string>(), 201, null, body["id"]!.GetValue<Guid>())
            : new Attempt(handle, (int)answer.StatusCode, body?["type"]?.GetValue<string>().Split('/')[^1], null);
    }

    /// <summary>Each winner by id and by any spelling, through the other process than they may have registered through.</summary>
    private static async Task<int> NotFound(ApiProcess[] processes, Attempt[] attempts, CancellationToken ct)
    {
        using HttpClient client = Connect(processes[1]);
        using HttpResponseMessage issued = await client.PostAsJsonAsync(new Uri("/development/tokens", UriKind.Relative), new { handle = Operator }, ct);
        string token = (await issued.Content.ReadFromJsonAsync<JsonObject>(ct))!["access_token"]!.GetValue<string>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        int notFound = 0;
        foreach (Attempt winner in attempts.Where(attempt => attempt.User is not null))
        {
            notFound += await Finds(client, $"/users/{winner.User}", winner.User!.Value, ct) ? 0 : 1;
            notFound += await Finds(client, $"/users/by-handle/{Uri.EscapeDataString(winner.Handle)}", winner.User!.Value, ct) ? 0 : 1;
        }

        return notFound;
    }

    private static async Task<bool> Finds(HttpClient client, string path, Guid user, CancellationToken ct)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative), ct);
        return answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonObject>(ct))!["id"]!.GetValue<Guid>() == user;
    }

    /// <summary>What a race without the log's claims would leave behind: each must be found, and as what it is.</summary>
    private static void PlantFaults(
        IReadOnlyList<HandleFamily> families, Attempt[] attempts, IReadOnlyList<Registered> people, IReadOnlyList<Guid> streams, Figures figures)
    {
        HandleFamily family = families[0];
        Registered winner = people.First(person => HandleFamily.SkeletonOf(person.Handle) == family.Skeleton);
        Registered lookAlike = new(Guid.NewGuid(), family.Spellings.First(spelling => spelling != winner.Handle));
        var second = HandleFindings.Check(families, attempts, [.. people, lookAlike], [.. streams, lookAlike.Id]);
        figures.MustBe("planted_look_alike_found", second.TakenTwice, 1);
        figures.MustBe("planted_orphan_found", HandleFindings.Check(families, attempts, people, [.. streams, Guid.NewGuid()]).OrphanStreams, 1);
        var gone = HandleFindings.Check(families, attempts, [.. people.Where(person => person != winner)], streams);
        figures.MustBe("planted_loss_found", gone.WinnersMissing, 1);
    }
}
