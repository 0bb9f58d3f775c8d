using System.Globalization;

namespace Wya.Testing.Redis;

/// <summary>
/// Six Redis servers that share the keys: three masters, each with a replica. Impatient (a node that is silent for a
/// second is taken for lost), so that tests of a loss are short; and a replica steps in however long its election took, which
/// on a busy machine may be longer than Redis otherwise trusts what it has.
/// </summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private const int Slots = 16_384;

    private readonly List<RedisInstance> nodes = [];

    /// <summary>The first half began as masters, the second as their replicas.</summary>
    public IReadOnlyList<RedisInstance> Nodes => nodes;

    /// <summary>As the application connects: the others are found from any.</summary>
    public string ConnectionString => string.Join(
        ',', nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Port}")))
        + nodes[0].ConnectionString[nodes[0].ConnectionString.IndexOf(',', StringComparison.Ordinal)..];

    public static async Task<RedisCluster> Start(string kind)
    {
        var cluster = new RedisCluster();
        string password = RedisInstance.NewPassword();
        string[] arguments =
        [
            "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0",
            "--masteruser", "replica", "--masterauth", password,
        ];
        try
        {
            // Its own folder holds each node's view of the cluster, and nothing of what it keeps.
            cluster.nodes.AddRange(Enumerable.Range(0, 2 * Masters).Select(_ => RedisInstance.Create(kind, password, arguments, mayWrite: true)));
            await Task.WhenAll(cluster.nodes.Select(node => node.Start()));
            await cluster.Join();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public void FlushAll()
    {
        foreach (RedisInstance node in nodes.Where(IsMaster))
        {
            node.FlushAll();
        }
    }

    /// <summary>A running one, whose loss is noticed.</summary>
    public RedisInstance AMaster() => nodes.First(IsMaster);

    /// <summary>Every slot is served, and every master that has a living replica knows of it.</summary>
    public Task UntilWhole() => Eventually.Is(
        () => nodes.TrueForAll(node => Says(node, "CLUSTER", "INFO").Contains("cluster_state:ok", StringComparison.Ordinal))
            && nodes.TrueForAll(IsInStep),
        "the cluster is whole");

    /// <summary>As each of its nodes sees it.</summary>
    public string Seen() => string.Join('\n', nodes.Select(node =>
    {
        try
        {
            return $"{node.Port}: {Says(node, "CLUSTER", "INFO").Split('\r')[0]}\n{Says(node, "CLUSTER", "NODES")}{Says(node, "INFO", "replication")}";
        }
        catch (System.Net.Sockets.SocketException)
        {
            return $"{node.Port}: away";
        }
    }));

    public async ValueTask DisposeAsync()
    {
        foreach (RedisInstance node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private async Task Join()
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            using RedisWire wire = nodes[i].AsOperator();
            wire.Ask("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
            if (i < Masters)
            {
                wire.Ask("CLUSTER", "ADDSLOTSRANGE", Text(Slots * i / Masters), Text((Slots * (i + 1) / Masters) - 1));
            }

            // Each is introduced to those before it, so that nobody waits for gossip.
            foreach (RedisInstance met in nodes.Take(i))
            {
                wire.Ask("CLUSTER", "MEET", "127.0.0.1", Text(met.Port));
            }
        }

        string everybody = $"cluster_known_nodes:{nodes.Count}\r";
        await Eventually.Is(() => nodes.TrueForAll(node => Says(node, "CLUSTER", "INFO").Contains(everybody, StringComparison.Ordinal)), "the nodes know each other");
        for (int i = Masters; i < nodes.Count; i++)
        {
            string master = Says(nodes[i - Masters], "CLUSTER", "MYID");
            RedisInstance replica = nodes[i];
            await Eventually.Is(() => Says(replica, "CLUSTER", "NODES").Contains(master, StringComparison.Ordinal), "the replica knows its master");
            Says(replica, "CLUSTER", "REPLICATE", master);
        }

        await UntilWhole();
        await Eventually.Is(
            () => nodes.TrueForAll(node => Says(node, "CLUSTER", "NODES").Split('\n').Count(line => line.Contains("slave", StringComparison.Ordinal)) == Masters),
            "everybody knows who replicates whom");
    }

    private static bool IsMaster(RedisInstance node)
    {
        try
        {
            return Says(node, "INFO", "replication").Contains("role:master", StringComparison.Ordinal);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static bool IsInStep(RedisInstance node)
    {
        string replication = Says(node, "INFO", "replication");
        return replication.Contains("role:master", StringComparison.Ordinal)
            ? replication.Contains("connected_slaves:1", StringComparison.Ordinal)
            : replication.Contains("master_link_status:up", StringComparison.Ordinal);
    }

    private static string Says(RedisInstance node, params IReadOnlyList<string> command)
    {
        using RedisWire wire = node.AsOperator();
        return wire.Ask(command);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
