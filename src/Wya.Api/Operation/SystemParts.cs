using Npgsql;
using Wya.Api.Http;
using Wya.EventStore.Postgres;
using Wya.Projections.Redis;
using Wya.Projections.Rooms.Objects;

namespace Wya.Api.Operation;

/// <param name="Status">up or away.</param>
internal sealed record CacheFigures(string Name, string Status, long? MemoryBytes = null, long? MemoryBytesMax = null, long? Keys = null);

/// <param name="Kind">s3 or folder.</param>
/// <param name="Status">up or away.</param>
internal sealed record ObjectsFigures(string Kind, string Status);

/// <param name="Status">up or away.</param>
/// <param name="CurrentMaster">The version of the master key under which keys are wrapped now.</param>
/// <param name="Current">Keys of people that are wrapped under it.</param>
/// <param name="Older">Those that a rotation has not reached yet.</param>
/// <param name="Destroyed">Those of people who are erased.</param>
internal sealed record KeysFigures(string Status, int CurrentMaster, long? Current = null, long? Older = null, long? Destroyed = null);

/// <summary>What the logs stand beside: the caches, the objects of rooms, the keys of people.</summary>
internal sealed class SystemParts(RedisServers redis, IObjects objects, Settings settings, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>No object has this name, and asking for it costs the store next to nothing.</summary>
    private const string NoObject = "none/is/here";

    /// <summary>Counting the keys reads all their rows.</summary>
    private static readonly TimeSpan CountKeysAtMostEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private readonly KeyRotation keys = new(settings.KeysConnectionString, settings.KeyRing);
    private KeysFigures? counted;
    private DateTimeOffset countedAt;

    public Task<CacheFigures[]> Caches(CancellationToken ct) => Task.WhenAll(redis.All.Select(server => Cache(server, ct)));

    public async Task<ObjectsFigures> Objects(CancellationToken ct)
    {
        string kind = settings.S3 is null ? "folder" : "s3";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AnswerWithin);
        try
        {
            await objects.Read(NoObject, limit.Token).ConfigureAwait(false);
            return new ObjectsFigures(kind, "up");
        }
        catch (Exception away) when (!ct.IsCancellationRequested && away is IOException or OperationCanceledException)
        {
            return new ObjectsFigures(kind, "away");
        }
    }

    public async Task<KeysFigures> Keys(CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (counted is { Status: "up" } && now - countedAt < CountKeysAtMostEvery)
        {
            return counted;
        }

        int current = settings.KeyRing.CurrentVersion;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AnswerWithin);
        try
        {
            IReadOnlyList<KeyCount> counts = await keys.Count(limit.Token).ConfigureAwait(false);
            long Sum(Func<KeyCount, bool> which) => counts.Where(which).Sum(count => count.Keys);
            (counted, countedAt) = (
                new KeysFigures("up", current, Sum(one => one.MasterVersion == current), Sum(one => one.MasterVersion is { } version && version != current), Sum(one => one.MasterVersion is null)),
                now);
            return counted;
        }
        catch (Exception away) when (!ct.IsCancellationRequested && away is NpgsqlException or TimeoutException or OperationCanceledException or IOException)
        {
            return new KeysFigures("away", current);
        }
    }

    public ValueTask DisposeAsync() => keys.DisposeAsync();

    private static async Task<CacheFigures> Cache(RedisServer server, CancellationToken ct)
    {
        try
        {
            RedisFigures figures = await RedisFigures.Of(server, ct).ConfigureAwait(false);
            return new CacheFigures(server.Name, "up", figures.MemoryBytes, figures.MemoryBytesMax, figures.Keys);
        }
        catch (RedisAwayException)
        {
            return new CacheFigures(server.Name, "away");
        }
    }
}
