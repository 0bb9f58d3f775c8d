using System.Diagnostics;
using Wya.Prove.Delivery;
using Wya.Prove.Servers;

namespace Wya.Prove.Partitions;

/// <summary>
/// Conversations are spread from two of messaging's databases over four while people write in them and follow them live. What
/// moves them is ended with SIGKILL in the middle, and run again. In the end all that anybody was told is compared with the logs.
/// </summary>
internal static class PartitionProof
{
    private const int Partitions = 4;

    public static Proof Proof { get; } = new(
        "partitions",
        [
            "Conversations move to further databases while people write in them: nothing is lost, doubled or out of order, whatever the move was killed after.",
            "Live feeds hold the sequence of every conversation over its move, and a message that is sent again after it is the same message.",
            "No two databases take events of a conversation at the same time, and each of them has a dense order of its own.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int people, int conversations, int messages, int kills) = run.Sized((6, 6, 300, 1), (32, 48, 20_000, 5), (64, 200, 200_000, 20));
        var figures = new Figures();
        await using PostgresInstance server = await PostgresInstance.Create(run.Environment, "partitions-server", "-c max_connections=400", ct);
        await using SystemSite site = await SystemSite.Open(run.Environment, "partitions", _ => server.AdminConnectionString, ct, Partitions);
        await Spreading.Whole(site, 2, ct);
        await site.Start(run.Sized(1, 2, 2), ct, new Dictionary<string, string> { [Cli.Settings.PartitionsVariable] = $"{Partitions}" });
        Uri[] addresses = [.. site.Nodes.Select(node => node.Address)];
        run.Progress("people and their conversations");
        DeliveryTown town = await DeliveryTown.Settle(addresses[0], people, conversations, ct);
        await using var load = new DeliveryLoad(addresses, town);
        await load.Begin(ct);
        IReadOnlyList<Place> before = await Originals(site, ct);
        var budget = new SendBudget(messages);
        long start = Stopwatch.GetTimestamp();
        Task writing = load.Write(budget, ct);
        budget.Allow(messages / 4);
        await Acknowledged(load, messages / 8, ct);

        // Written without pause from the first move to the last: what is left of the messages is held back until it has ended.
        int begun = load.Acknowledged;
        Task paced = Pace(load, budget, messages, ct);
        (int killed, double moving) = await Spreading.Killed(site, Partitions, kills, run, ct);
        int meanwhile = load.Acknowledged - begun;
        await paced; // it allows fewer than all, until it has ended
        budget.Allow(messages);
        await writing;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        run.Progress("comparing");
        IReadOnlyList<Place> log = await Originals(site, ct);
        await Wait.Until(
            async () =>
            {
                await load.StillRuns();
                return Enumerable.Range(0, people).All(person => load.Feeds[person].Heard(Expected(log, before, town, person).Where(place => place.Type == Place.Sent).Select(place => place.Id)));
            },
            "every feed at the end of the logs",
            120,
            ct);
        await load.End();
        figures.MustBeAtLeast("messages", load.Acknowledged, messages);
        figures.MustBe("clients", town.People.Count, people);
        figures.MustBe("kills_while_moved", killed, kills);
        figures.MustBeAtLeast("sent_while_moved", meanwhile, 1);
        figures.Note("conversations", town.Conversations.Count);
        figures.Note("moving_seconds", moving);
        figures.Note("seconds", seconds);
        figures.Note("acknowledged_p50_ms", load.Percentile(0.5));
        figures.Note("acknowledged_p99_ms", load.Percentile(0.99));
        figures.Note("acknowledged_max_ms", load.Percentile(1));
        await PartitionChecks.Tell(site, Partitions, town, load, log, before, figures, ct);
        run.Progress("throughput");
        await Throughput.Tell(server, run, figures, ct);
        return figures;
    }

    /// <summary>What people said, wherever it was first recorded: of each conversation in its order, because it only ever moves to a later log.</summary>
    private static async Task<IReadOnlyList<Place>> Originals(SystemSite site, CancellationToken ct)
    {
        List<Place> all = [];
        foreach (string log in Spreading.Logs(Partitions))
        {
            all.AddRange(await Place.ReadOriginals(site.Database(log).OwnerConnectionString, ct));
        }

        return all;
    }

    public static IReadOnlyList<Place> Expected(IReadOnlyList<Place> log, IReadOnlyList<Place> before, DeliveryTown town, int person)
    {
        HashSet<Guid> known = [.. before.Select(place => place.Id)];
        HashSet<Guid> own = [.. town.Of(person)];
        return [.. log.Where(place => own.Contains(place.Conversation) && !known.Contains(place.Id))];
    }

    /// <summary>A few more whenever the last are acknowledged, three quarters of all at most.</summary>
    private static async Task Pace(DeliveryLoad load, SendBudget budget, int messages, CancellationToken ct)
    {
        for (int allowed = messages / 4; allowed < messages * 3 / 4; allowed += Math.Max(1, messages / 200))
        {
            budget.Allow(allowed);
            await Acknowledged(load, allowed - (messages / 200), ct);
        }
    }

    private static Task Acknowledged(DeliveryLoad load, int count, CancellationToken ct) => Wait.Until(
        async () =>
        {
            await load.StillRuns();
            return load.Acknowledged >= count;
        },
        $"{count} messages",
        600,
        ct);
}
