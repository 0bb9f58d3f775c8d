using System.Diagnostics;
using Wya.Cli;
using Wya.Projections;
using Wya.Projections.Messaging;
using Wya.Prove.Servers;

namespace Wya.Prove.Partitions;

/// <summary><c>wya messaging spread</c>, in this process or in one of its own, which can be ended with SIGKILL.</summary>
internal static class Spreading
{
    public static IEnumerable<string> Logs(int partitions) => Enumerable.Range(0, partitions).Select(partition => Wya.Projections.Partitions.NameOf(MessagingDomain.Definition.Name, partition));

    /// <summary>To the end, in this process.</summary>
    public static async Task Whole(SystemSite site, int partitions, CancellationToken ct)
    {
        IReadOnlyDictionary<string, string> variables = Variables(site, partitions);
        var here = new Surroundings
        {
            Domains = Domains.Of(partitions),
            Streams = StreamFold.All,
            Variable = name => variables.GetValueOrDefault(name),
            Output = new StringWriter(),
            Error = new StringWriter(),
            OutputIsTerminal = false,
            Clock = TimeProvider.System,
        };
        int code = await CommandLine.Run(["messaging", "spread", "--reason", "a proof"], here, ct);
        if (code != 0)
        {
            throw new InvalidOperationException($"wya messaging spread ended with {code}: {here.Error}");
        }
    }

    /// <summary>In processes of its own, of which all but the last are killed when they have moved something.</summary>
    /// <returns>How many were killed, and how long all of it took.</returns>
    public static async Task<(int Killed, double Seconds)> Killed(SystemSite site, int partitions, int kills, ProofRun run, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        int killed = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            long moved = await Moved(site, ct);
            using Process process = Start(site, partitions);
            await Wait.Until(async () => process.HasExited || await Moved(site, ct) > moved, "something moves", 120, ct);
            killed += process.HasExited ? 0 : 1;
            process.Kill();
            await process.WaitForExitAsync(ct);
            run.Progress($"kill {kill + 1} of {kills}, {await Moved(site, ct)} conversations moved");
        }

        await Whole(site, partitions, ct);
        return (killed, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Streams that have left, or are on their way.</summary>
    private static async Task<long> Moved(SystemSite site, CancellationToken ct) =>
        await site.Database("messaging").Count("log.wya_moved_streams", ct) + await site.Database("messaging_1").Count("log.wya_moved_streams", ct);

    private static Process Start(SystemSite site, int partitions)
    {
        string frameworks = Path.Combine(AppContext.BaseDirectory, "Wya.Prove.runtimeconfig.json"), wya = Path.Combine(AppContext.BaseDirectory, "wya.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", "--runtimeconfig", frameworks, wya, "messaging", "spread", "--reason", "a proof"]);
        foreach ((string name, string value) in Variables(site, partitions))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static Dictionary<string, string> Variables(SystemSite site, int partitions)
    {
        Dictionary<string, string> variables = site.ConnectionStrings.ToDictionary(one => $"ConnectionStrings__{one.Key}", one => one.Value);
        variables[Cli.Settings.PartitionsVariable] = $"{partitions}";
        return variables;
    }
}
