using Wya.Prove.Delivery;
using Wya.Prove.Servers;
using Wya.Testing.Http;

namespace Wya.Prove.Outages;

/// <summary>
/// Each database on a server of its own. Each server is stopped as somebody stops it who cannot wait, and started again,
/// while people talk. Neither a Redis nor the store of objects is stopped here.
/// </summary>
internal static class OutageProof
{
    private const int Nodes = 2;
    private const int People = 4;
    private const int Watched = 3;

    private static readonly string[] Servers = ["identity", "graph", "rooms", "safety", "messaging", "keys"];

    public static Proof Proof { get; } = new(
        "outages",
        [
            "Sending, reading, listing conversations and live delivery go on while identity, graph, rooms or safety is away; health and answers say so.",
            "What needs a domain that is away is refused with a clear 503, and works again by itself when it is back.",
            "While safety is away nobody gains anything by it: a mute holds, a report is refused clearly, and what safety would have noticed it notices when it is back.",
            "While messaging's own database is away nothing is acknowledged; nothing that was is lost, and it recovers by itself.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int rounds = run.Sized(3, 50, 500);
        IReadOnlyList<PostgresInstance> instances = await PostgresInstance.CreateSeveral(run.Environment, [.. Servers.Select(name => $"{name}-server")], "-c max_connections=200", ct);
        Dictionary<string, PostgresInstance> servers = Servers.Zip(instances).ToDictionary(one => one.First, one => one.Second);
        try
        {
            await using SystemSite site = await SystemSite.Open(run.Environment, "outages", name => servers[name].AdminConnectionString, ct);
            try
            {
                return await Talk(run, servers, site, rounds, ct);
            }
            catch (Exception) when (site.Said() is { Length: > 0 } said)
            {
                run.Progress(said);
                throw;
            }
        }
        finally
        {
            foreach (PostgresInstance server in instances)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<Figures> Talk(
        ProofRun run, IReadOnlyDictionary<string, PostgresInstance> servers, SystemSite site, int rounds, CancellationToken ct)
    {
        await site.Start(Nodes, ct);
        Uri[] addresses = [.. site.Nodes.Select(node => node.Address)];
        Neighbour[] people = await Neighbours.Register(addresses[0], People, ct: ct);
        await Neighbours.UntilKnown(addresses[0], people[0], People, ct);
        using var api = new LeanApi(addresses[0]);
        Guid[] groups = [await Neighbours.Gather(api, people[0], people[1..], ct), await Neighbours.Gather(api, people[1], [people[0], .. people[2..]], ct)];
        await using var talk = new OutageTalk(addresses, people, groups);
        await talk.Begin(ct);
        var outages = new OutageRun(run, servers, addresses, talk, rounds);
        var figures = new Figures();
        await outages.AllThere(figures, ct);
        await outages.Neighbour("identity", needed: "/me", figures, ct);
        await outages.Neighbour("graph", needed: null, figures, ct);
        await outages.Neighbour("rooms", needed: null, figures, ct);
        Neighbour[] watched = await Neighbours.Register(addresses[0], Watched, People + 1, ct: ct);
        await Neighbours.UntilKnown(addresses[0], watched[0], People + 1 + Watched, ct);
        var safety = new SafetyOutage(addresses[0], watched, await Neighbours.Gather(api, watched[0], watched[1..], ct));
        await safety.Mute(ct);
        await outages.Neighbour("safety", needed: null, figures, ct, () => safety.WhileAway(figures, ct));
        await safety.WhenBack(site.Database("safety").OwnerConnectionString, figures, ct);
        await outages.Keys(figures, ct);
        await outages.Messaging(figures, ct);
        await Compare(site, talk, groups, figures, ct);
        return figures;
    }

    private static async Task Compare(SystemSite site, OutageTalk talk, Guid[] groups, Figures figures, CancellationToken ct)
    {
        await talk.UntilHeard(ct);
        IReadOnlyList<Place> log = await Place.ReadLog(site.Database("messaging").OwnerConnectionString, ct);
        await Wait.Until(() => Task.FromResult(talk.Feeds.All(feed => feed.Position >= log[^1].Position)), "every feed at the end of the log", 60, ct);
        await talk.End();
        HashSet<Guid> ours = [.. groups];
        IReadOnlyList<Place> of = [.. log.Where(place => ours.Contains(place.Conversation))];
        SendFindings sends = DeliveryChecker.CheckSends(of, talk.Sent);
        figures.Note("acknowledged", sends.Acknowledged);
        figures.MustBe("lost", sends.Lost, 0);
        figures.MustBe("doubled", sends.Doubled, 0);
        figures.MustBe("wrong_sequence", sends.Misplaced, 0);
        SeenFindings feeds = default;
        foreach (FeedFollower feed in talk.Feeds)
        {
            feeds += DeliveryChecker.CheckSeen(DeliveryChecker.ExpectedFeed(log, ours, feed.BeganAt), feed.Seen);
        }

        feeds.Tell(figures, "feeds");
        Place victim = of.First(place => talk.Sent.Any(message => message.Id == place.Id && message.Sequence > 0));
        figures.MustBe("planted_loss_found", DeliveryChecker.CheckSends([.. of.Where(place => place != victim)], talk.Sent).Lost, 1);
    }
}
