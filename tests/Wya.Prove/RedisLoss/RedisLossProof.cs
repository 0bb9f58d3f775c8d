using Wya.Prove.Delivery;
using Wya.Prove.Outages;
using Wya.Prove.Servers;
using Wya.Testing.Http;
using Wya.Testing.Redis;

namespace Wya.Prove.RedisLoss;

/// <summary>
/// Redis is flushed, killed, started again empty, and made to hold what it held long ago, while people talk, look at
/// their graph and say that they are there. In each round one person blocks another one, while Redis is there or while it is away.
/// </summary>
internal static class RedisLossProof
{
    private const int Talkers = 4;

    public static Proof Proof { get; } = new(
        "redis-loss",
        [
            "While Redis is flushed, killed and started again, no answer shows or permits what the rows do not: it is away, empty or back in time, and grants nothing.",
            "Graph projections are back by themselves, whole, and answers say while they are made without.",
            "Presence is complete again within one lifetime of a heartbeat, at every node; meanwhile answers say that it is away, and none is an error.",
            "Messaging does not notice: nothing that is sent fails, and nothing that was acknowledged is lost.",
        ],
        Run);

    private static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int rounds, int people, int nodes) = run.Sized((3, 8, 1), (30, 24, 2), (100, 64, 2));
        await using PostgresInstance? own = run.Environment.AdminConnectionString is null
            ? await PostgresInstance.Create(run.Environment, "redis-loss-server", "-c max_connections=300", ct)
            : null;
        string admin = own?.AdminConnectionString ?? run.Environment.AdminConnectionString!;
        await using RedisInstance cache = await RedisInstance.Start("cache");
        await using RedisInstance presence = await RedisInstance.Start("presence");
        await using SystemSite site = await SystemSite.Open(run.Environment, "redisloss", _ => admin, ct);
        await site.Start(nodes, ct, new Dictionary<string, string>
        {
            ["ConnectionStrings__cache"] = cache.ConnectionString,
            ["ConnectionStrings__presence"] = presence.ConnectionString,
            ["Wya__Presence__LifetimeSeconds"] = $"{WatchedPresence.LifetimeSeconds}",
        });
        try
        {
            return await Lose(run, site, [cache, presence], rounds, people, ct);
        }
        catch (Exception) when (site.Said() is { Length: > 0 } said)
        {
            run.Progress(said);
            throw;
        }
    }

    private static async Task<Figures> Lose(ProofRun run, SystemSite site, RedisInstance[] servers, int rounds, int people, CancellationToken ct)
    {
        Uri[] addresses = [.. site.Nodes.Select(node => node.Address)];
        Neighbour[] all = await Neighbours.Register(addresses[0], people, ct: ct);
        await Neighbours.UntilKnown(addresses[0], all[0], people, ct);
        using var api = new LeanApi(addresses[0]);
        Neighbour[] talkers = all[2..(2 + Talkers)];
        Guid[] groups = [await Neighbours.Gather(api, talkers[0], talkers[1..], ct)];
        await using var talk = new OutageTalk(addresses, talkers, groups);
        await talk.Begin(ct);
        using var graph = new WatchedGraph(addresses, all, servers[0]);
        await graph.Settle(ct);
        using var presence = new WatchedPresence(addresses, all[2..], TimeSpan.FromSeconds(run.Sized(1, 3, 3)));
        await presence.Settle(ct);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Answered> talked = [];
        Task load = Task.WhenAll(Task.Run(() => TalkOn(talk, talked, over.Token), ct), graph.Watch(over.Token), presence.Watch(over.Token));
        List<double> backAfterFlush = [], backAfterKill = [], thereAfterFlush = [], thereAfterKill = [];
        for (int round = 0; round < rounds; round++)
        {
            run.Progress($"round {round + 1} of {rounds}");
            await graph.RememberStale(ct);
            bool blocksBefore = round % 2 == 0;
            if (blocksBefore)
            {
                await graph.Block(ct);
            }

            foreach (RedisInstance server in servers)
            {
                server.FlushAll();
            }

            await UntilBack(graph, presence, backAfterFlush, thereAfterFlush, ct);
            await Task.WhenAll(servers.Select(server => server.Kill()));
            await graph.UntilDegraded(ct);
            await presence.UntilDegraded(ct);
            if (!blocksBefore)
            {
                await graph.Block(ct);
            }

            await Task.WhenAll(servers.Select(server => server.Start()));
            await graph.GoBackInTime(ct);
            await UntilBack(graph, presence, backAfterKill, thereAfterKill, ct);
            await graph.MakePeace(ct);
        }

        await over.CancelAsync();
        await load;
        var figures = new Figures();
        figures.Note("rounds", rounds);
        graph.Tell(figures);
        figures.Note("back_after_flush_max_ms", backAfterFlush.Max());
        figures.Note("back_after_kill_max_ms", backAfterKill.Max());
        presence.Tell(figures);
        figures.MustBeBelow("presence_complete_after_flush_max_seconds", thereAfterFlush.Max(), WatchedPresence.LifetimeSeconds);
        figures.MustBeBelow("presence_complete_after_kill_max_seconds", thereAfterKill.Max(), WatchedPresence.LifetimeSeconds);
        figures.Note("talked", talked.Count);
        figures.MustBe("talk_failed", talked.Count(answer => !answer.IsSuccess), 0);
        await CompareTalk(site, talk, groups, figures, ct);
        return figures;
    }

    private static async Task UntilBack(WatchedGraph graph, WatchedPresence presence, List<double> milliseconds, List<double> seconds, CancellationToken ct)
    {
        Task<double> whole = graph.UntilWhole(ct), complete = presence.UntilComplete(ct);
        milliseconds.Add(await whole);
        seconds.Add(await complete);
    }

    private static async Task TalkOn(OutageTalk talk, List<Answered> talked, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            talked.AddRange(await talk.Round(CancellationToken.None)); // a round that has begun is ended
        }
    }

    private static async Task CompareTalk(SystemSite site, OutageTalk talk, Guid[] groups, Figures figures, CancellationToken ct)
    {
        figures.Note("heard_after_ms", await talk.UntilHeard(ct));
        await talk.End();
        HashSet<Guid> ours = [.. groups];
        IReadOnlyList<Place> log = [.. (await Place.ReadLog(site.Database("messaging").OwnerConnectionString, ct)).Where(place => ours.Contains(place.Conversation))];
        SendFindings sends = DeliveryChecker.CheckSends(log, talk.Sent);
        figures.Note("acknowledged", sends.Acknowledged);
        figures.MustBe("lost", sends.Lost, 0);
        figures.MustBe("doubled", sends.Doubled, 0);
    }
}
