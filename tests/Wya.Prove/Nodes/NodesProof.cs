using System.Globalization;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Prove.Delivery;
using Wya.Prove.Servers;
using Wya.Testing.Redis;

namespace Wya.Prove.Nodes;

/// <summary>
/// Nodes of the system's own program over the same stores, each with lines of its own to them. While people register, become
/// friends and talk, one node after the other is killed, frozen past its lease and cut off; at last all are replaced in turn.
/// In the end what was acknowledged is compared with the logs, what was seen with what was to be seen, every read model with
/// the fold of its log, and every step of every consumer with who led it at that moment.
/// </summary>
internal static class NodesProof
{
    private const int SpreadWithinSeconds = 10;

    /// <summary>Whoever waits longer for a node asks another one.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    public static Proof Proof { get; } = new(
        "nodes",
        [
            "Whichever node is killed, frozen past its lease or cut off: nothing acknowledged is lost or doubled, and every read model equals the fold of its log.",
            "Whoever led and comes back late writes nothing: no consumer moves but by the leader of its newest epoch.",
            "Consumers are spread evenly again within 10 seconds of a node's fault and of its return, with no manual step.",
            "Live connections go on at another node, without a gap and without a double, also while all nodes are replaced one by one.",
        ],
        Run);

    private sealed record Sizes(string[] Roles, int Faults, int People, int Conversations, int MessagesPerSecond, TimeSpan BetweenNewcomers);

    private static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        bool isShort = run.Size == ProofSize.Short;
        Sizes sizes = run.Sized(
            new Sizes(["all", "all"], 2, 6, 5, 20, TimeSpan.FromMilliseconds(500)),
            new Sizes(["api", "api", "api", "worker", "worker"], 50, 24, 8, 40, TimeSpan.FromMilliseconds(500)),
            new Sizes(["api", "api", "api", "worker", "worker"], 500, 48, 16, 60, TimeSpan.FromMilliseconds(500)));
        await using PostgresInstance? own = isShort && run.Environment.AdminConnectionString is not null
            ? null
            : await PostgresInstance.Create(run.Environment, "nodes-server", "-c max_connections=400 -c log_min_messages=error", ct);
        int refused = 0;
        if (own is not null)
        {
            own.Said = line => refused += line.Contains("the epoch or the position is not what it was", StringComparison.Ordinal) ? 1 : 0;
        }

        string admin = own?.AdminConnectionString ?? run.Environment.AdminConnectionString!;
        await using SystemSite site = await SystemSite.Open(run.Environment, "nodes", _ => admin, ct);
        await WriteAudit.Install(site, ct);
        await using var redis = new RedisBeside();
        if (!isShort)
        {
            await redis.Start();
        }

        await using var nodes = new NodeSite(site, new Leaders(site));
        try
        {
            foreach (string role in sizes.Roles)
            {
                await nodes.Add(role, new NpgsqlConnectionStringBuilder(admin).Port, redis.Servers, ct);
            }

            var figures = new Figures();
            await Prove(run, site, nodes, sizes, figures, ct);
            figures.Note("stale_steps_refused_meanwhile", refused);
            return figures;
        }
        catch (Exception) when (site.Said() is { Length: > 0 } said)
        {
            run.Progress(said[^Math.Min(said.Length, 20_000)..]);
            throw;
        }
    }

    private static async Task Prove(ProofRun run, SystemSite site, NodeSite nodes, Sizes sizes, Figures figures, CancellationToken ct)
    {
        Uri[] addresses = [.. nodes.Nodes.Zip(sizes.Roles).Where(node => node.Second != "worker").Select(node => node.First.Process.Address)];
        run.Progress("people and their conversations");
        DeliveryTown town = await DeliveryTown.Settle(addresses[0], sizes.People, sizes.Conversations, ct);
        await nodes.UntilSpread(ct);
        await using var load = new DeliveryLoad(addresses, town, AnswerWithin);
        await load.Begin(ct);
        using var over = new CancellationTokenSource();
        var newcomers = new Newcomers(addresses, sizes.People + 1, AnswerWithin, sizes.BetweenNewcomers);
        var budget = new SendBudget(int.MaxValue);
        Task writing = load.Write(budget, ct);
        Task[] beside = [Task.Run(() => newcomers.Run(over.Token, ct), ct), Task.Run(() => Pace(budget, sizes.MessagesPerSecond, over.Token), ct)];

        for (int nth = 0; nth < sizes.Faults; nth++)
        {
            Node node = nodes.Nodes[nth % nodes.Nodes.Count];
            NodeFault fault = sizes.Faults < 3 ? (NodeFault)(1 + nth) : (NodeFault)(nth / nodes.Nodes.Count % 3);
            run.Progress(string.Create(CultureInfo.InvariantCulture, $"{nth + 1} of {sizes.Faults}: node {nth % nodes.Nodes.Count} is {fault}; {load.Acknowledged:N0} messages"));
            await UntilMore(load, beside, ct);
            await nodes.Break(node, fault, ct);
        }

        int stoppedInOrder = await ReplaceAll(run, nodes, load, beside, ct);
        await UntilMore(load, beside, ct);
        await over.CancelAsync();
        await Task.WhenAll(beside);
        budget.Close();
        await writing;
        run.Progress("comparing");
        IReadOnlyList<Place> log = await Place.ReadLog(site.Database("messaging").OwnerConnectionString, ct);
        await load.UntilFollowed(log, ct);
        await load.End();

        figures.MustBe("faults", sizes.Faults, sizes.Faults);
        figures.Note("nodes", nodes.Nodes.Count);
        foreach ((string after, List<double> seconds) in nodes.Spread.Where(one => one.Value.Count > 0))
        {
            figures.Note($"{after}_and_spread_again", seconds.Count);
            figures.Note($"{after}_median_seconds", seconds.Order().ElementAt(seconds.Count / 2));
            figures.MustBeBelow($"{after}_max_seconds", seconds.Max(), SpreadWithinSeconds);
        }

        figures.Note("stop_max_seconds", nodes.Stops.Max());
        figures.MustBeAtLeast("stopped_in_order", stoppedInOrder, run.Size == ProofSize.Short ? 1 : nodes.Nodes.Count);
        CompareMessages(load, town, log, figures);
        await CompareCommands(site, newcomers, figures, ct);
        await CompareModels(site, figures, ct);
        await CompareWriters(site, nodes, figures, ct);
    }

    /// <summary>So many a second, so that the machine has room for what breaks; whoever was held up catches up.</summary>
    private static async Task Pace(SendBudget budget, int perSecond, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int tick = 1; !over.IsCancellationRequested; tick++)
        {
            budget.Allow(perSecond * tick / 10);
            await ((Task)timer.WaitForNextTickAsync(over).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>All goes on: somebody has more acknowledged than before.</summary>
    private static async Task UntilMore(DeliveryLoad load, Task[] beside, CancellationToken ct)
    {
        int before = load.Acknowledged;
        await Wait.Until(
            async () =>
            {
                await load.StillRuns();
                await Task.WhenAll(beside.Where(task => task.IsFaulted));
                return load.Acknowledged > before + 20;
            },
            "messages are acknowledged",
            60,
            ct);
    }

    private static async Task<int> ReplaceAll(ProofRun run, NodeSite nodes, DeliveryLoad load, Task[] beside, CancellationToken ct)
    {
        bool isShort = run.Size == ProofSize.Short;
        int inOrder = 0;
        foreach (Node node in isShort ? nodes.Nodes.Take(1) : nodes.Nodes)
        {
            run.Progress("a node is replaced");
            await UntilMore(load, beside, ct);
            inOrder += await nodes.Replace(node, starts: !isShort, ct) == 0 ? 1 : 0;
        }

        return inOrder;
    }

    private static void CompareMessages(DeliveryLoad load, DeliveryTown town, IReadOnlyList<Place> log, Figures figures)
    {
        // What people said to get acquainted was not sent by the senders.
        IReadOnlyList<SentMessage> sent = [.. load.Sent, .. log.Where(place => place.Type == Place.Sent && place.Position <= load.BeganAt)
            .Select(place => new SentMessage(place.Id, place.Conversation, -1, 0))];
        SendFindings sends = DeliveryChecker.CheckSends(log, sent);
        figures.Note("messages", sends.Acknowledged);
        figures.Note("messages_sent_again", load.SentAgain);
        figures.MustBe("messages_lost", sends.Lost, 0);
        figures.MustBe("messages_doubled", sends.Doubled, 0);
        figures.MustBe("messages_misplaced", sends.Misplaced + sends.OutOfOrder + sends.Foreign + sends.SequenceGaps, 0);
        SeenFindings feeds = default;
        for (int person = 0; person < town.People.Count; person++)
        {
            feeds += DeliveryChecker.CheckSeen(load.Expected(log, person), load.Feeds[person].Seen);
        }

        figures.Note("feed_events", load.Feeds.Sum(feed => (long)feed.Seen.Count));
        figures.Note("feeds_resumed", load.Feeds.Sum(feed => feed.Resumed));
        figures.MustBeAtLeast("feeds_told_of_the_stop", load.Feeds.Sum(feed => feed.Goodbyes), 1);
        figures.MustBe("feed_gaps_told", load.Feeds.Sum(feed => feed.Gaps), 0);
        feeds.Tell(figures, "feeds");
        IReadOnlyList<FeedEntry> seen = load.Feeds[0].Seen;
        figures.MustBe("planted_feed_gap_found", DeliveryChecker.CheckSeen(load.Expected(log, 0), [.. seen.Where((_, i) => i != seen.Count / 2)]).Missed, 1);
    }

    private static async Task CompareCommands(SystemSite site, Newcomers newcomers, Figures figures, CancellationToken ct)
    {
        int lost = 0, foreign = 0, planted = 0;
        foreach ((string domain, string types) in new[] { ("identity", "user.created%"), ("graph", "graph.friend%") })
        {
            HashSet<Guid> acknowledged = [.. newcomers.Acknowledged.Where(command => command.Domain == domain).Select(command => command.EventId)];
            Guid[] recorded = await Recorded(site.Database(domain), types, ct);
            Guid[] after = [.. recorded.SkipWhile(id => !acknowledged.Contains(id))]; // those before made the town
            lost += acknowledged.Except(recorded).Count();
            foreign += after.Count(id => !acknowledged.Contains(id));
            planted += acknowledged.Except(recorded.Where(id => id != acknowledged.First())).Count();
        }

        figures.Note("commands", newcomers.Acknowledged.Count);
        figures.Note("commands_sent_again", newcomers.SentAgain);
        figures.MustBe("commands_lost", lost, 0);
        figures.MustBe("commands_doubled", foreign, 0); // under another id than the one that is their own
        figures.MustBe("planted_loss_found", planted, 2);
    }

    private static async Task<Guid[]> Recorded(ProofDatabase database, string types, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"select array(select id from log.mt_events where type like '{types}' order by seq_id)", connection);
        return (Guid[])(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Of every domain, those included that follow another one: the rows against a fold of the log up to where they stand.</summary>
    private static async Task CompareModels(SystemSite site, Figures figures, CancellationToken ct)
    {
        Dictionary<string, LogDatabase> logs = Domains.All.ToDictionary(domain => domain.Name, site.OpenLog);
        Dictionary<KeptModel, Consumer> consumers = KeptModel.All.Where(kept => !kept.Model.Inline)
            .ToDictionary(kept => kept, kept => Consumer.Of(kept.Model, logs[kept.Source], logs[kept.Domain.Name]));
        try
        {
            await KeptModel.UntilFollowed([.. consumers.Values], ct);
            foreach (var node in site.Nodes)
            {
                await node.DisposeAsync(); // what they would still do would change what is compared
            }

            int rows = 0, unequal = 0;
            foreach (KeptModel kept in KeptModel.All)
            {
                long position = consumers.TryGetValue(kept, out Consumer? consumer)
                    ? await Positions.Of(consumer, ct)
                    : await site.Database(kept.Source).Scalar("select position from log.wya_log_head", ct);
                IReadOnlyList<string> live = await ModelRows.Live(site.Database(kept.Domain.Name).OwnerConnectionString, kept.Model, ct);
                await using ReadModelAsOf folded = await ReadModelAsOf.Compute(logs[kept.Source], logs[kept.Domain.Name], kept.Model, position, ct: ct);
                IReadOnlyList<string> expected = await ModelRows.Of(folded, ct);
                rows += expected.Count;
                unequal += expected.Except(live).Count() + live.Except(expected).Count();
            }

            figures.Note("read_models", KeptModel.All.Count);
            figures.MustBeAtLeast("rows_compared", rows, KeptModel.All.Count);
            figures.MustBe("rows_unequal", unequal, 0);
        }
        finally
        {
            foreach (LogDatabase log in logs.Values)
            {
                await log.DisposeAsync();
            }
        }
    }

    private static async Task CompareWriters(SystemSite site, NodeSite nodes, Figures figures, CancellationToken ct)
    {
        IReadOnlyList<ProgressWrite> writes = await WriteAudit.Read(site, ct);
        figures.MustBeAtLeast("steps_of_consumers", writes.Count, 1);
        figures.Note("terms_that_wrote", writes.Select(write => (write.Domain, write.Consumer, write.Epoch)).Distinct().Count());
        figures.MustBe("steps_by_a_stale_leader", WriteAudit.Stale(writes, nodes.ProcessOf), 0);

        // The same step once more, by somebody who does not lead; refused, and when nothing refuses it any more, found.
        ProgressWrite last = writes[^1];
        string other = writes.Select(write => write.By).First(by => nodes.ProcessOf(by) != last.Leader);
        figures.MustBe("planted_stale_step_refused", await WriteAudit.IsRefused(site, last, other, ct) ? 1 : 0, 1);
        await WriteAudit.TakeFenceDown(site, last.Domain, ct);
        figures.MustBe("planted_stale_step_without_fence_refused", await WriteAudit.IsRefused(site, last, other, ct) ? 1 : 0, 0);
        figures.MustBe("planted_stale_step_without_fence_found", WriteAudit.Stale(await WriteAudit.Read(site, ct), nodes.ProcessOf), 1);
    }

    /// <summary>The Redis servers of the nodes; none until they are started.</summary>
    private sealed class RedisBeside : IAsyncDisposable
    {
        private readonly Dictionary<string, RedisInstance> servers = [];

        public IReadOnlyDictionary<string, (int Port, string ConnectionString)> Servers =>
            servers.ToDictionary(one => one.Key, one => (one.Value.Port, one.Value.ConnectionString));

        public async Task Start()
        {
            foreach (string kind in new[] { "cache", "presence" })
            {
                servers[kind] = await RedisInstance.Start(kind);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (RedisInstance server in servers.Values)
            {
                await server.DisposeAsync();
            }
        }
    }
}
