using System.Diagnostics;
using System.Text.Json.Nodes;
using Wya.Prove.Outages;
using Wya.Testing.Http;

namespace Wya.Prove.RedisLoss;

/// <summary>
/// People in a ring, each a friend of the next one, who say all the while that they are there; and those who ask all the
/// while, at every node, which friends are around.
/// </summary>
internal sealed class WatchedPresence : IDisposable
{
    /// <summary>The shortest lifetime of a presence that can be set.</summary>
    public const int LifetimeSeconds = 60;

    private readonly Neighbour[] people;
    private readonly LeanApi[] asking;
    private readonly LeanApi[] watching;
    private readonly LeanApi[] beating;
    private readonly TimeSpan every;
    private long beats, beatsFailed, looks, degraded, failed;

    /// <param name="every">So often everybody is heard of.</param>
    public WatchedPresence(IReadOnlyList<Uri> nodes, IEnumerable<Neighbour> ring, TimeSpan every)
    {
        people = [.. ring];
        asking = [.. nodes.Select(node => new LeanApi(node))];
        watching = [.. nodes.Select(node => new LeanApi(node))];
        beating = [.. people.Select((_, person) => new LeanApi(nodes[person % nodes.Count]))];
        this.every = every;
    }

    /// <summary>Until every heartbeat is taken.</summary>
    public async Task Settle(CancellationToken ct)
    {
        for (int i = 0; i < people.Length; i++)
        {
            int person = i;
            await Wait.Until(async () => await Beat(person, ct) is { IsSuccess: true, Degraded: null }, "a heartbeat is taken", LifetimeSeconds, ct);
        }

        await UntilComplete(ct);
        beats = beatsFailed = looks = degraded = failed = 0; // until here it was coming about
    }

    /// <summary>Heartbeats and looks until it is over.</summary>
    public Task Watch(CancellationToken over) => Task.WhenAll(
    [
        .. people.Select((_, person) => BeatOn(person, over)),
        .. watching.Select(api => Task.Run(
            async () =>
            {
                for (int i = 0; !over.IsCancellationRequested; i = (i + 1) % people.Length)
                {
                    await Look(api, i, CancellationToken.None);
                }
            },
            CancellationToken.None)),
    ]);

    /// <summary>Some answer at each node says that it was made without.</summary>
    public async Task UntilDegraded(CancellationToken ct)
    {
        foreach (LeanApi api in asking)
        {
            await Wait.Until(async () => (await Look(api, 0, ct))?.Degraded == "presence", "an answer says that presence is away", LifetimeSeconds, ct);
        }
    }

    /// <summary>Waits until everybody is seen by all their friends at every node, one lifetime at most; how long that took, in seconds.</summary>
    public async Task<double> UntilComplete(CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < people.Length; i++)
        {
            int person = i;
            foreach (LeanApi api in asking)
            {
                int left = LifetimeSeconds - (int)Stopwatch.GetElapsedTime(start).TotalSeconds;
                await Wait.Until(
                    async () => await Look(api, person, ct) is { Degraded: null } seen && There(seen).SetEquals(Friends(person)), "presence is complete", left, ct);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Tell(Figures figures)
    {
        figures.Note("heartbeats", beats);
        figures.MustBe("heartbeats_failed", beatsFailed, 0);
        figures.Note("presence_looks", looks);
        figures.MustBeAtLeast("presence_looks_degraded", degraded, 1);
        figures.MustBe("presence_looks_failed", failed, 0);
    }

    public void Dispose()
    {
        foreach (LeanApi api in (IEnumerable<LeanApi>)[.. asking, .. watching, .. beating])
        {
            api.Dispose();
        }
    }

    private async Task BeatOn(int person, CancellationToken over)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                await Beat(person, CancellationToken.None); // one that has begun is ended
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task<Answered> Beat(int person, CancellationToken ct)
    {
        Answered answer = await OutageTalk.Ask(
            beating[person], LeanRequest.Prepare("POST", "/me/presence/heartbeat", new { activity = "chatting" }, people[person].Token), ct);
        Interlocked.Increment(ref beats);
        Interlocked.Add(ref beatsFailed, answer is { IsSuccess: true, Degraded: null or "presence" } ? 0 : 1);
        return answer;
    }

    private async Task<LeanReply?> Look(LeanApi api, int person, CancellationToken ct)
    {
        LeanReply? seen = null;
        Answered answer = await OutageTalk.Ask(api, LeanRequest.Prepare("GET", "/me/friends/presence", null, people[person].Token), ct, reply => seen = reply);
        Interlocked.Increment(ref looks);
        Interlocked.Add(ref degraded, answer.Degraded is null ? 0 : 1);

        // Whatever is away, all friends are named; what is not known of them is left out.
        bool isSound = seen is { Degraded: null or "presence" } && Named(seen).SetEquals(Friends(person));
        Interlocked.Add(ref failed, isSound ? 0 : 1);
        return seen;
    }

    private HashSet<Guid> Friends(int person) => [people[(person + 1) % people.Length].Id, people[(person + people.Length - 1) % people.Length].Id];

    private static HashSet<Guid> Named(LeanReply seen) => [.. Items(seen).Select(Id)];

    private static HashSet<Guid> There(LeanReply seen) => [.. Items(seen).Where(item => item["status"]?.GetValue<string>() == "online").Select(Id)];

    private static IEnumerable<JsonNode> Items(LeanReply seen) => seen.Json!["items"]!.AsArray().Select(item => item!);

    private static Guid Id(JsonNode item) => item["user_id"]!.GetValue<Guid>();
}
