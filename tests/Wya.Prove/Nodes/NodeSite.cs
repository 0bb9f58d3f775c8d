using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Prove.Crash;
using Wya.Prove.Servers;
using Wya.Testing;

namespace Wya.Prove.Nodes;

internal enum NodeFault
{
    /// <summary>SIGKILL, and started again.</summary>
    Killed,

    /// <summary>SIGSTOP for longer than a leader may be silent, and SIGCONT.</summary>
    Frozen,

    /// <summary>
    /// Runs, and reaches neither PostgreSQL nor Redis for as long. What it says meanwhile arrives when the line is healed.
    /// </summary>
    CutOff,
}

/// <summary>A node, and its own lines to all that nodes share.</summary>
/// <param name="Leads">It runs consumers.</param>
internal sealed record Node(ApiProcess Process, IReadOnlyList<CutLine> Lines, bool Leads)
{
    /// <summary>As the databases name its leader.</summary>
    public string ProcessName => $"{Environment.MachineName}:{Process.ProcessIds[^1]}";
}

/// <summary>Nodes over the same stores, everything that can be broken of them, and how long the consumers then need to be spread again.</summary>
internal sealed class NodeSite(SystemSite site, Leaders leaders) : IAsyncDisposable
{
    /// <summary>Longer than a leader may be silent before it is deposed.</summary>
    private static readonly TimeSpan PastTheLease = new DaemonOptions().FrozenAfter + TimeSpan.FromSeconds(2);

    private const int SpreadLimitSeconds = 60;

    private readonly List<Node> nodes = [];

    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>
    /// In seconds, by what happened to a node that leads: from the fault, or from when it had ended in order, until the others
    /// lead all of it, evenly; and from its return until all do.
    /// </summary>
    public IReadOnlyDictionary<string, List<double>> Spread { get; } =
        new[] { "killed", "frozen", "cut_off", "stopped", "back" }.ToDictionary(after => after, _ => new List<double>());

    /// <summary>From the word to the end of a process that was told to stop, in seconds.</summary>
    public List<double> Stops { get; } = [];

    /// <param name="redis">The ports of the servers, by what they are to the program; none goes without.</param>
    public async Task Add(string role, int postgres, IReadOnlyDictionary<string, (int Port, string ConnectionString)> redis, CancellationToken ct)
    {
        var line = new CutLine(postgres);
        Dictionary<string, CutLine> beside = redis.ToDictionary(one => one.Key, one => new CutLine(one.Value.Port));
        string name = string.Create(CultureInfo.InvariantCulture, $"{nodes.Count}.{{run}}");
        await site.Start(
            role,
            ct,
            redis.ToDictionary(
                one => $"ConnectionStrings__{one.Key}",
                one => one.Value.ConnectionString.Replace($":{one.Value.Port},", $":{beside[one.Key].Port},", StringComparison.Ordinal)),
            connection => WriteAudit.Named(new NpgsqlConnectionStringBuilder(connection) { Port = line.Port }.ConnectionString, name));
        nodes.Add(new Node(site.Nodes[^1], [line, .. beside.Values], role != "api"));
    }

    /// <summary>The process that a node was in a run, from how its connections name it.</summary>
    public string ProcessOf(string by) => by.Split('.') is [var node, var run]
        ? $"{Environment.MachineName}:{nodes[int.Parse(node, CultureInfo.InvariantCulture)].Process.ProcessIds[int.Parse(run, CultureInfo.InvariantCulture) - 1]}"
        : by;

    public Task UntilSpread(CancellationToken ct) => UntilSpread(null, ct);

    /// <summary>Breaks a node, waits until the others have its share, mends it, and waits until it has a share again.</summary>
    public async Task Break(Node node, NodeFault fault, CancellationToken ct)
    {
        long broken = Stopwatch.GetTimestamp();
        switch (fault)
        {
            case NodeFault.Killed:
                await node.Process.Kill(ct);
                break;
            case NodeFault.Frozen:
                node.Process.Freeze();
                break;
            default:
                Each(node, line => line.Silence());
                break;
        }

        string what = fault switch { NodeFault.Killed => "killed", NodeFault.Frozen => "frozen", _ => "cut_off" };
        await NoteSpread(what, node, broken, without: node, ct);
        long mended;
        if (fault == NodeFault.Killed)
        {
            node.Process.Start();
            await node.Process.UntilReady(120, ct);
            mended = Stopwatch.GetTimestamp();
        }
        else
        {
            await Wait.Until(() => Task.FromResult(Stopwatch.GetElapsedTime(broken) > PastTheLease), "the lease has ended", 60, ct);
            mended = Stopwatch.GetTimestamp();
            if (fault == NodeFault.Frozen)
            {
                node.Process.Thaw();
            }
            else
            {
                Each(node, line => line.Heal());
            }
        }

        await NoteSpread("back", node, mended, without: null, ct);
    }

    /// <summary>As a node is replaced by a new build: told to stop, and when it has ended, another one in its place.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Replace(Node node, bool starts, CancellationToken ct)
    {
        long told = Stopwatch.GetTimestamp();
        int code = await node.Process.Stop(ct);
        Stops.Add(Stopwatch.GetElapsedTime(told).TotalSeconds);
        await NoteSpread("stopped", node, Stopwatch.GetTimestamp(), without: node, ct);
        if (starts)
        {
            node.Process.Start();
            await node.Process.UntilReady(120, ct);
            await NoteSpread("back", node, Stopwatch.GetTimestamp(), without: null, ct);
        }

        return code;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in nodes)
        {
            await node.Process.DisposeAsync();
            foreach (CutLine line in node.Lines)
            {
                await line.DisposeAsync();
            }
        }

        await leaders.DisposeAsync();
    }

    private async Task NoteSpread(string after, Node broken, long since, Node? without, CancellationToken ct)
    {
        await UntilSpread(without, ct);
        if (broken.Leads)
        {
            Spread[after].Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
    }

    private async Task UntilSpread(Node? without, CancellationToken ct)
    {
        string[] over = [.. nodes.Where(node => node.Leads && node != without).Select(node => node.ProcessName)];
        IReadOnlyList<Led> last = [];
        try
        {
            await Wait.Until(
                async () =>
                {
                    await Task.Delay(100, ct); // to look is work for the servers
                    return Leaders.AreSpread(last = await leaders.Look(ct), over);
                },
                "consumers are spread",
                SpreadLimitSeconds,
                ct);
        }
        catch (TimeoutException late)
        {
            IEnumerable<string> shares = last.GroupBy(one => (one.Domain, one.Leader)).Select(share => $"{share.Key.Domain} {share.Key.Leader ?? "nobody"} {share.Count()}");
            throw new TimeoutException($"{late.Message} Over {string.Join(", ", over)}: {string.Join("; ", shares)}", late);
        }
    }

    private static void Each(Node node, Action<CutLine> what)
    {
        foreach (CutLine line in node.Lines)
        {
            what(line);
        }
    }
}
