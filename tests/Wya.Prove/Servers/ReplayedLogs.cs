using System.Diagnostics;

namespace Wya.Prove.Servers;

/// <summary>What an operator exports with the tool: every log, one after the other.</summary>
internal static class ReplayedLogs
{
    /// <param name="connectionStrings">Of each domain's database.</param>
    public static async Task Write(IReadOnlyDictionary<string, string> connectionStrings, string file, CancellationToken ct)
    {
        await using FileStream into = File.Create(file);
        foreach (string domain in connectionStrings.Keys)
        {
            await Write(connectionStrings, domain, into, ct);
        }
    }

    private static async Task Write(IReadOnlyDictionary<string, string> connectionStrings, string domain, Stream into, CancellationToken ct)
    {
        string dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

        // On the frameworks of our own output folder, which leaves out what the API's framework brings along.
        string frameworks = Path.Combine(AppContext.BaseDirectory, "Wya.Prove.runtimeconfig.json"), wya = Path.Combine(AppContext.BaseDirectory, "wya.dll");
        var start = new ProcessStartInfo(dotnet, ["exec", "--runtimeconfig", frameworks, wya, "events", "replay", "--domain", domain])
        {
            RedirectStandardOutput = true,
        };
        foreach ((string name, string connection) in connectionStrings)
        {
            start.Environment[$"ConnectionStrings__{name}"] = connection;
        }

        using Process tool = Process.Start(start)!;
        await tool.StandardOutput.BaseStream.CopyToAsync(into, ct);
        await tool.WaitForExitAsync(ct);
        if (tool.ExitCode != 0)
        {
            throw new InvalidOperationException($"wya events replay ended with {tool.ExitCode}.");
        }
    }
}
