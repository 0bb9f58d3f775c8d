using System.Diagnostics;
using System.Text.Json.Serialization;
using Npgsql;
using Wya.Api.Access;
using Wya.Api.Development;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.MyData;
using Wya.Api.Safety;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <param name="Name">What is depended on.</param>
/// <param name="Status">up, down or not_migrated; of the audit log, up or broken; of several hosts, up, no_standby, or fenced while a former primary takes itself for one.</param>
/// <param name="Milliseconds">How long it took to say so.</param>
internal sealed record DependencyHealth(string Name, string Status, double Milliseconds)
{
    [JsonIgnore]
    public bool IsUp => Status == "up";
}

/// <param name="Status">alive.</param>
internal sealed record Liveness(string Status);

/// <param name="Status">ready, degraded when a part of what it depends on is away and the rest goes on, or not_ready.</param>
internal sealed record ProcessHealth(string Status, IReadOnlyList<DependencyHealth> Dependencies);

/// <summary>
/// Whether the process runs, whether it can serve, and what it depends on. Looked at once a second at most, however often
/// it is asked.
/// </summary>
internal sealed class Health(
    IEnumerable<OpenDomain> domains,
    SubjectKeys keys,
    RedisServers redis,
    ExternalLogs externalLogs,
    IHostApplicationLifetime lifetime,
    ReappliedErasures erasures,
    AuditWatch audit,
    TimeProvider clock,
    DevelopmentOperator? developmentOperator = null)
    : IDisposable
{
    private const string NotMigrated = "not_migrated";

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim one = new(1);
    private IReadOnlyList<DependencyHealth> seen = [];
    private IReadOnlyList<DependencyHealth> seenBeside = [];
    private DateTimeOffset seenAt = DateTimeOffset.MinValue;

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder health = routes.MapGroup("/health").WithTags("Health").AllowAnyone();
        health.MapGet("/live", () => TypedResults.Ok(new Liveness("alive")))
            .Describe("ShowLiveness", "Is the process alive?", "Asks nothing else.");
        health.MapGet("/ready", async (Health self, CancellationToken ct) => Answer(await self.Look(ct).ConfigureAwait(false)))
            .Describe("ShowReadiness", "Can the process serve?", "503 while it starts, while it stops, and while all its databases are away; with some of them away, or a Redis, it serves what it can, and says so.")
            .Produces<ProcessHealth>()
            .Produces<ProcessHealth>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/", async (Health self, CancellationToken ct) => TypedResults.Ok(await self.Look(ct).ConfigureAwait(false)))
            .Describe("ShowHealth", "Show each dependency", "Always 200; for people and dashboards.")
            .Produces<ProcessHealth>();
    }

    public void Dispose() => one.Dispose();

    /// <summary>Who is degraded serves still: talking goes on when identity is away, and no other process could do more.</summary>
    private static IResult Answer(ProcessHealth health) => health.Status != "not_ready"
        ? TypedResults.Ok(health)
        : TypedResults.Json(health, statusCode: StatusCodes.Status503ServiceUnavailable);

    public async Task<ProcessHealth> Look(CancellationToken ct)
    {
        await one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (clock.GetUtcNow() - seenAt >= LookAgainAfter)
            {
                Task<DependencyHealth[]> beside = Task.WhenAll(
                [
                    .. redis.All.Select(server => Look($"{server.Name} redis", server.Ping)),
                    .. externalLogs.Any is { } log ? [Look("external log", log.Ping)] : Array.Empty<Task<DependencyHealth>>(),
                ]);
                seen = await Task.WhenAll(
                [
                    .. domains.Select(domain => Look($"{domain.Name} database", ct => domain.Store.Head(ct))),
                    Look($"{KeysSchema.Name} database", ct => keys.Ping(ct)),
                ]).ConfigureAwait(false);
                seenBeside = await beside.ConfigureAwait(false);
                seenAt = clock.GetUtcNow();
            }

            bool isOpen = !lifetime.ApplicationStopping.IsCancellationRequested && erasures.AreDone && developmentOperator is not { IsThere: false };
            bool serves = isOpen && seen.Any(dependency => dependency.IsUp) && !seen.Any(dependency => dependency.Status == NotMigrated);
            IReadOnlyList<DependencyHealth> all = [.. seen, .. domains.Select(domain => domain.Database.Hosts).Append(keys.Hosts).Where(hosts => hosts.AreSeveral).Select(Look), .. seenBeside, new DependencyHealth("audit log", audit.IsBroken ? "broken" : "up", 0)];
            return new ProcessHealth(!serves ? "not_ready" : all.All(dependency => dependency.IsUp) ? "ready" : "degraded", all);
        }
        finally
        {
            one.Release();
        }
    }

    private static DependencyHealth Look(DatabaseHosts hosts) => new(
        $"{hosts.Name} hosts", hosts.IsOneFenced ? "fenced" : hosts.Seen is [] || hosts.Seen.Any(look => look.Role == HostRole.Standby) ? "up" : "no_standby", 0);

    private static async Task<DependencyHealth> Look(string name, Func<CancellationToken, Task> ask)
    {
        long start = Stopwatch.GetTimestamp();
        string status = "up";
        using var limit = new CancellationTokenSource(AnswerWithin);
        try
        {
            await ask(limit.Token).ConfigureAwait(false);
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            status = NotMigrated;
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException or OperationCanceledException or IOException)
        {
            status = "down";
        }

        return new DependencyHealth(name, status, Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1));
    }
}
