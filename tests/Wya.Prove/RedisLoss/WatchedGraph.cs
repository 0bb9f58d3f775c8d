using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Wya.Prove.Outages;
using Wya.Testing.Http;
using Wya.Testing.Redis;

namespace Wya.Prove.RedisLoss;

/// <summary>
/// People who are friends in a ring, and two more, the first of whom blocks the second and makes peace again; and those
/// who look at everybody's graph all the while, at every node.
/// </summary>
internal sealed class WatchedGraph : IDisposable
{
    private const int WholeWithinSeconds = 30;

    private readonly IReadOnlyList<Neighbour> people;
    private readonly RedisInstance cache;
    private readonly LeanApi[] asking;
    private readonly LeanApi[] watching;
    private readonly LeanApi commands;
    private string[] stale = [];

    // Odd while there is a block that has been acknowledged, and nobody has begun to take it back.
    private int phase;
    private long looks, degraded, failed, wrongGrants, incomplete, believedByNaiveReaders;

    public WatchedGraph(IReadOnlyList<Uri> nodes, IReadOnlyList<Neighbour> people, RedisInstance cache)
    {
        this.people = people;
        this.cache = cache;
        asking = [.. nodes.Select(node => new LeanApi(node))];
        watching = [.. nodes.Select(node => new LeanApi(node))];
        commands = new LeanApi(nodes[0]);
    }

    private Neighbour Blocker => people[0];

    private Neighbour Blocked => people[1];

    private string Key => $"graph_projection:{{{Blocker.Id}}}";

    public async Task Settle(CancellationToken ct)
    {
        for (int i = 2; i < people.Count; i++)
        {
            await Befriend(people[i], people[Next(i)], ct);
        }

        await Befriend(Blocker, Blocked, ct);
        await UntilWhole(ct);
        looks = degraded = failed = wrongGrants = incomplete = 0; // until here it was coming about
    }

    /// <summary>Looks until it is over, one after the other at each node.</summary>
    public Task Watch(CancellationToken over) => Task.WhenAll(watching.Select(api => Task.Run(
        async () =>
        {
            for (int i = 0; !over.IsCancellationRequested; i = (i + 1) % people.Count)
            {
                await Look(api, i, CancellationToken.None);
            }
        },
        CancellationToken.None)));

    /// <summary>What Redis holds of the two as friends.</summary>
    public async Task RememberStale(CancellationToken ct) => await Wait.Until(
        () =>
        {
            using RedisWire wire = cache.AsOperator();
            stale = [wire.Ask("GET", Key), wire.Ask("GET", $"{Key}:version")];
            return Task.FromResult(stale[0].Contains(Blocked.Id.ToString(), StringComparison.Ordinal) && stale[1].Length > 0);
        },
        "the two are friends in Redis",
        WholeWithinSeconds,
        ct);

    public async Task Block(CancellationToken ct)
    {
        await commands.Must(LeanRequest.Prepare("PUT", $"/me/blocks/{Blocked.Id}", null, Blocker.Token), ct);
        Interlocked.Increment(ref phase);

        // Who is blocked finds nobody there, also when they ask for more than to see.
        Answered asked = await OutageTalk.Ask(
            commands, LeanRequest.Prepare("POST", "/me/friend-requests", new { user_id = Blocker.Id }, Blocked.Token), ct);
        Interlocked.Add(ref wrongGrants, asked.IsSuccess ? 1 : 0);
    }

    public async Task MakePeace(CancellationToken ct)
    {
        Interlocked.Increment(ref phase);
        await commands.Must(LeanRequest.Prepare("DELETE", $"/me/blocks/{Blocked.Id}", null, Blocker.Token), ct);
        await Befriend(Blocker, Blocked, ct);
        await UntilWhole(ct);
    }

    /// <summary>
    /// Redis holds again what it held before the block, as a replica would that was behind. The planted fault is a reader who
    /// takes its word: they see a friend where there is a block. Nobody else must.
    /// </summary>
    public async Task GoBackInTime(CancellationToken ct)
    {
        using RedisWire wire = cache.AsOperator();
        wire.Ask("SET", Key, stale[0], "PX", "300000");
        wire.Ask("SET", $"{Key}:version", stale[1], "PX", "300000");
        believedByNaiveReaders += wire.Ask("GET", Key).Contains(Blocked.Id.ToString(), StringComparison.Ordinal) ? 1 : 0;
        foreach (LeanApi api in asking)
        {
            await Look(api, 0, ct);
            await Look(api, 1, ct);
        }
    }

    /// <summary>Some answer at each node says that it was made without.</summary>
    public async Task UntilDegraded(CancellationToken ct)
    {
        foreach (LeanApi api in asking)
        {
            await Wait.Until(async () => (await Look(api, 0, ct))?.Degraded == "cache", "an answer says that the cache is away", WholeWithinSeconds, ct);
        }
    }

    /// <summary>Waits until everybody's projection is in Redis and whole, and every node answers by it; how long that took, in milliseconds.</summary>
    public async Task<double> UntilWhole(CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < people.Count; i++)
        {
            int person = i;
            foreach (LeanApi api in asking)
            {
                await Wait.Until(
                    async () => await Look(api, person, ct) is { Degraded: null } seen && Friends(seen).SetEquals(Expected(person)),
                    "a projection is whole",
                    WholeWithinSeconds,
                    ct);
            }

            await Wait.Until(
                () =>
                {
                    using RedisWire wire = cache.AsOperator();
                    JsonNode? kept = wire.Ask("GET", $"graph_projection:{{{people[person].Id}}}") is { Length: > 0 } json ? JsonNode.Parse(json) : null;
                    return Task.FromResult(kept is not null && Ids(kept).SetEquals(Expected(person)));
                },
                "a projection is in Redis",
                WholeWithinSeconds,
                ct);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void Tell(Figures figures)
    {
        figures.Note("people", people.Count);
        figures.Note("looks", looks);
        figures.Note("looks_without_cache", degraded);
        figures.MustBe("looks_failed", failed, 0);
        figures.MustBe("wrong_grants", wrongGrants, 0);
        figures.MustBe("steady_friends_missed", incomplete, 0);
        figures.MustBeAtLeast("planted_stale_values_a_naive_reader_believes", believedByNaiveReaders, 1);
    }

    public void Dispose()
    {
        foreach (LeanApi api in (IEnumerable<LeanApi>)[.. asking, .. watching, commands])
        {
            api.Dispose();
        }
    }

    private int Next(int i) => i + 1 < people.Count ? i + 1 : 2;

    private int Previous(int i) => i > 2 ? i - 1 : people.Count - 1;

    /// <summary>Whoever is in the ring has two friends for ever.</summary>
    private HashSet<Guid> Expected(int person) => person >= 2
        ? [people[Next(person)].Id, people[Previous(person)].Id]
        : phase % 2 == 1 ? [] : [people[1 - person].Id];

    private async Task<LeanReply?> Look(LeanApi api, int person, CancellationToken ct)
    {
        int before = Volatile.Read(ref phase);
        LeanReply? seen = null;
        Answered answer = await OutageTalk.Ask(api, LeanRequest.Prepare("GET", "/me/graph", null, people[person].Token), ct, reply => seen = reply);
        Interlocked.Increment(ref looks);
        Interlocked.Add(ref degraded, answer.Degraded is null ? 0 : 1);
        if (seen is null)
        {
            Interlocked.Increment(ref failed);
            return null;
        }

        HashSet<Guid> friends = Friends(seen);
        if (person >= 2)
        {
            Interlocked.Add(ref incomplete, friends.IsSupersetOf(Expected(person)) ? 0 : 1);
            Interlocked.Add(ref wrongGrants, friends.IsSubsetOf(Expected(person)) ? 0 : 1);
        }
        else if (before % 2 == 1 && before == Volatile.Read(ref phase))
        {
            Interlocked.Add(ref wrongGrants, friends.Count > 0 ? 1 : 0);
        }

        return seen;
    }

    private async Task Befriend(Neighbour one, Neighbour other, CancellationToken ct)
    {
        await commands.Must(LeanRequest.Prepare("POST", "/me/friend-requests", new { user_id = other.Id }, one.Token), ct);
        await commands.Must(LeanRequest.Prepare("POST", "/me/friend-requests", new { user_id = one.Id }, other.Token), ct);
    }

    private static HashSet<Guid> Friends(LeanReply seen) => Ids(seen.Json!);

    private static HashSet<Guid> Ids(JsonNode graph) =>
        [.. graph["friends"]!.AsArray().Select(id => Guid.Parse(id!.GetValue<string>(), CultureInfo.InvariantCulture))];
}
