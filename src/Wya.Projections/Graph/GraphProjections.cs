using System.Collections.Concurrent;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Redis;

namespace Wya.Projections.Graph;

/// <param name="Projection">Null for somebody who is not there.</param>
/// <param name="IsDegraded">The cache is away, and the rows were read instead.</param>
public sealed record FoundProjection(GraphProjection? Projection, bool IsDegraded);

/// <param name="Written">Made anew.</param>
/// <param name="Unchanged">They were there in the same version, or a newer one.</param>
/// <param name="Gone">Of people who are not there: nothing is kept of them.</param>
/// <param name="Removed">Of those who are gone: something was kept of them until now.</param>
/// <param name="Differing">Of these: there was one in this very version, and it said something else than the rows.</param>
public sealed record RefreshedProjections(int Written, int Unchanged, int Gone, int Removed = 0, int Differing = 0)
{
    public bool IsNone => Written + Removed == 0;

    public static RefreshedProjections operator +(RefreshedProjections one, RefreshedProjections other) =>
        new(one.Written + other.Written, one.Unchanged + other.Unchanged, one.Gone + other.Gone, one.Removed + other.Removed, one.Differing + other.Differing);
}

/// <summary>
/// What every reader is given of a person's graph. Read from Redis; what is missing there is made from the rows and put
/// there, once however many ask; while Redis is away the rows are read. It proposes and never authorises: it may be some
/// moments old, so whoever shows or permits something by it asks the rows about those few it comes down to.
/// A Redis that was away may come back with what it held long ago: then a new epoch begins, and what is of an earlier one
/// counts as missing.
/// </summary>
public sealed class GraphProjections(LogDatabase graph, RedisServer? cache) : IDisposable
{
    private const int EpochTriesMax = 3;

    private readonly VersionedValues? values = cache is null ? null : new VersionedValues(cache, GraphProjection.Life);
    private readonly ConcurrentDictionary<Guid, Lazy<Task<FoundProjection>>> filling = new();
    private readonly SemaphoreSlim one = new(1);
    private long epoch;
    private long connections;

    /// <summary>Whether there is a cache to keep.</summary>
    public bool AreKept => values is not null;

    public void Dispose() => one.Dispose();

    public async Task<FoundProjection> Of(UserId user, CancellationToken ct = default)
    {
        if (values is null)
        {
            return await FromRows(user, isDegraded: false, ct).ConfigureAwait(false);
        }

        try
        {
            VersionedValue? kept = await values.Read(GraphProjection.Key(user), ct).ConfigureAwait(false);
            await Watch(ct).ConfigureAwait(false);
            if (Usable(kept) is not { } found)
            {
                return await Filled(user.Value).WaitAsync(ct).ConfigureAwait(false);
            }

            GraphProjectionTelemetry.Hit(1);
            return new FoundProjection(found, IsDegraded: false);
        }
        catch (RedisAwayException)
        {
            return await FromRows(user, isDegraded: true, ct).ConfigureAwait(false);
        }
    }

    /// <summary>As the rows are now, whatever the cache holds.</summary>
    public Task<FoundProjection> FromRows(UserId user, bool isDegraded, CancellationToken ct = default) => FromRows(graph, user, isDegraded, ct);

    /// <summary>As these rows are.</summary>
    public static async Task<FoundProjection> FromRows(LogRows rows, UserId user, bool isDegraded, CancellationToken ct = default)
    {
        ProjectedPeople made = await GraphProjectionRows.Read(rows, [user.Value], ct).ConfigureAwait(false);
        return new FoundProjection(made.People.GetValueOrDefault(user.Value), isDegraded);
    }

    /// <summary>Of several people in two round trips; without those who are not there.</summary>
    public async Task<(IReadOnlyDictionary<Guid, GraphProjection> People, bool IsDegraded)> Of(
        IReadOnlyCollection<UserId> users, CancellationToken ct = default)
    {
        Dictionary<Guid, GraphProjection> found = [];
        Guid[] missing = [.. users.Select(user => user.Value).Distinct()];
        bool isDegraded = false;
        if (values is not null)
        {
            try
            {
                VersionedValue?[] kept = await values.Read([.. missing.Select(id => GraphProjection.Key(new UserId(id)))], ct).ConfigureAwait(false);
                await Watch(ct).ConfigureAwait(false);
                foreach ((Guid id, VersionedValue? value) in missing.Zip(kept))
                {
                    if (Usable(value) is { } projection)
                    {
                        found[id] = projection;
                    }
                }
            }
            catch (RedisAwayException)
            {
                isDegraded = true;
            }
        }

        GraphProjectionTelemetry.Hit(found.Count);
        foreach (Guid[] page in missing.Where(id => !found.ContainsKey(id)).Chunk(GraphProjectionRows.PeopleMax))
        {
            ProjectedPeople made = await GraphProjectionRows.Read(graph, page, ct).ConfigureAwait(false);
            GraphProjectionTelemetry.Missed(page.Length);
            isDegraded |= !await TryKeep(page, made).ConfigureAwait(false);
            foreach ((Guid id, GraphProjection projection) in made.People)
            {
                found[id] = projection;
            }
        }

        return (found, isDegraded);
    }

    /// <summary>Makes the projections of these people from the rows as they are now. To do it again does no harm.</summary>
    /// <exception cref="RedisAwayException">Some may have been written.</exception>
    public async Task<RefreshedProjections> Refresh(IReadOnlyCollection<Guid> people, CancellationToken ct = default)
    {
        var done = new RefreshedProjections(0, 0, 0);
        foreach (Guid[] page in people.Distinct().Chunk(GraphProjectionRows.PeopleMax))
        {
            ProjectedPeople made = await GraphProjectionRows.Read(graph, page, ct).ConfigureAwait(false);
            done += await Keep(page, made, ct).ConfigureAwait(false);
            GraphProjectionTelemetry.Refreshed(page.Length);
        }

        return done;
    }

    /// <summary>
    /// The same for who does not trust what is kept: a version says from when a value is, and not that it is right. Each is
    /// compared with the rows, and one that says something else in their version is taken away first, so that it is written.
    /// </summary>
    /// <exception cref="RedisAwayException">Some may have been written.</exception>
    public async Task<RefreshedProjections> Rebuild(IReadOnlyCollection<Guid> people, CancellationToken ct = default)
    {
        var done = new RefreshedProjections(0, 0, 0);
        foreach (Guid[] page in people.Distinct().Chunk(GraphProjectionRows.PeopleMax))
        {
            VersionedValue?[] kept = values is null ? [] : await values.Read([.. page.Select(id => GraphProjection.Key(new UserId(id)))], ct).ConfigureAwait(false);
            ProjectedPeople made = await GraphProjectionRows.Read(graph, page, ct).ConfigureAwait(false);
            int removed = 0, differing = 0;
            foreach ((Guid id, VersionedValue? value) in page.Zip(kept))
            {
                GraphProjection? right = made.People.GetValueOrDefault(id);
                removed += right is null && value?.Value is not null ? 1 : 0;
                if (value is { Value: { } json } && value.Version == made.Version && right?.SaysTheSame(GraphProjection.FromJson(json)) != true)
                {
                    differing++;
                    await values!.Forget(value.Key, ct).ConfigureAwait(false);
                }
            }

            done += await Keep(page, made, ct).ConfigureAwait(false) with { Removed = removed, Differing = differing };
            GraphProjectionTelemetry.Refreshed(page.Length);
        }

        return done;
    }

    private GraphProjection? Usable(VersionedValue? kept) =>
        kept is { Value: { } json } && kept.Version.Epoch >= Interlocked.Read(ref epoch) ? GraphProjection.FromJson(json) : null;

    /// <summary>One task for all who ask for the same person at the same time; nobody who gives up ends it for the others.</summary>
    private Task<FoundProjection> Filled(Guid user) =>
        filling.GetOrAdd(user, id => new Lazy<Task<FoundProjection>>(async () =>
        {
            try
            {
                GraphProjectionTelemetry.Missed(1);
                ProjectedPeople made = await GraphProjectionRows.Read(graph, [id]).ConfigureAwait(false);
                bool isKept = await TryKeep([id], made).ConfigureAwait(false);
                return new FoundProjection(made.People.GetValueOrDefault(id), !isKept);
            }
            finally
            {
                filling.TryRemove(id, out _);
            }
        })).Value;

    private async Task<bool> TryKeep(Guid[] people, ProjectedPeople made)
    {
        try
        {
            await Keep(people, made, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (RedisAwayException)
        {
            return false;
        }
    }

    private async Task<RefreshedProjections> Keep(Guid[] people, ProjectedPeople made, CancellationToken ct)
    {
        if (values is null)
        {
            return new RefreshedProjections(0, 0, 0);
        }

        await Watch(ct).ConfigureAwait(false);
        for (int tries = 1; ; tries++)
        {
            IReadOnlyList<WriteOutcome> outcomes = await values.Write(
                [.. people.Select(id => new VersionedValue(
                    GraphProjection.Key(new UserId(id)), made.Version, made.People.GetValueOrDefault(id)?.ToJson()))],
                ct).ConfigureAwait(false);
            if (tries == EpochTriesMax || !outcomes.Contains(WriteOutcome.EarlierEpoch))
            {
                int gone = people.Count(id => !made.People.ContainsKey(id));
                int written = people.Zip(outcomes).Count(each => each.Second == WriteOutcome.Written && made.People.ContainsKey(each.First));
                return new RefreshedProjections(written, people.Length - written - gone, gone);
            }

            // Another process has begun an epoch since: these are made anew, in that one.
            made = await GraphProjectionRows.Read(graph, people, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Begins a new epoch when the connection has been lost since the last look.</summary>
    private async ValueTask Watch(CancellationToken ct)
    {
        if (cache!.Connections == Interlocked.Read(ref connections))
        {
            return;
        }

        await one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            long now = cache.Connections;
            if (now != connections)
            {
                bool isFirst = connections == 0;
                Interlocked.Exchange(ref epoch, await GraphProjectionRows.ReadEpoch(graph, isOver: !isFirst, ct).ConfigureAwait(false));
                Interlocked.Exchange(ref connections, now);
            }
        }
        finally
        {
            one.Release();
        }
    }
}
