using Wya.Domain.Identity.Events;
using Wya.Projections.Redis;

namespace Wya.Projections.Discovery;

/// <summary>
/// Answers for a while. They are ordered by the state of the graph that they were made of, and then by time: so when a block
/// or a birthday takes an answer away, nothing that was made before it can come back, and what is made after it can. Whoever
/// shows a kept answer asks the rows again about everybody in it.
/// </summary>
public sealed class DiscoveryResults(RedisServer? cache)
{
    private readonly VersionedValues? values = cache is null ? null : new VersionedValues(cache, DiscoveryResult.Life);

    /// <returns>Null when there is none, or the cache is away.</returns>
    public async Task<DiscoveryResult?> Read(UserId user, DateTimeOffset now, CancellationToken ct = default)
    {
        try
        {
            VersionedValue? kept = values is null ? null : await values.Read(DiscoveryResult.Key(user), ct).ConfigureAwait(false);
            return kept?.Value is { } json && DiscoveryResult.FromJson(json) is { } result && now - result.GeneratedAt < DiscoveryResult.Life ? result : null;
        }
        catch (RedisAwayException)
        {
            return null;
        }
    }

    /// <param name="graph">From when, or from before, the rows are that it was made of.</param>
    /// <returns>False when it could not be kept, which nothing rests on.</returns>
    public Task<bool> Keep(DiscoveryResult result, ValueVersion graph, CancellationToken ct = default) =>
        Write([new VersionedValue(DiscoveryResult.Key(new UserId(result.UserId)), At(graph, result.GeneratedAt.ToUnixTimeMilliseconds()), result.ToJson())], ct);

    /// <summary>Nothing made of an earlier state of the graph is shown to them any more.</summary>
    public Task<bool> Forget(IEnumerable<UserId> users, ValueVersion graph, CancellationToken ct = default) =>
        Write([.. users.Select(user => new VersionedValue(DiscoveryResult.Key(user), At(graph, 0), null))], ct);

    /// <summary>The graph's own epoch tells of its cache; here the order of its states is enough.</summary>
    private static ValueVersion At(ValueVersion graph, long milliseconds) => new(graph.Position, milliseconds);

    private async Task<bool> Write(IReadOnlyList<VersionedValue> written, CancellationToken ct)
    {
        try
        {
            if (values is not null)
            {
                await values.Write(written, ct).ConfigureAwait(false);
            }

            return values is not null;
        }
        catch (RedisAwayException)
        {
            return false;
        }
    }
}
