using Wya.Cli;

namespace Wya.Prove.Servers;

/// <summary>What an operator exports with the tool: every log, one after the other.</summary>
internal static class ReplayedLogs
{
    /// <param name="connectionStrings">Of each domain's database.</param>
    public static async Task Write(IReadOnlyDictionary<string, string> connectionStrings, string file, CancellationToken ct)
    {
        Dictionary<string, string> variables = connectionStrings.ToDictionary(one => $"ConnectionStrings__{one.Key}", one => one.Value);
        await using var into = new StreamWriter(file);
        foreach (string domain in connectionStrings.Keys)
        {
            using var errors = new StringWriter();
            int code = await CommandLine.Run(["events", "replay", "--domain", domain], new Surroundings
            {
                Domains = Projections.Domains.All,
                Streams = Projections.StreamFold.All,
                Variable = variables.GetValueOrDefault,
                Output = into,
                Error = errors,
                OutputIsTerminal = false,
                Clock = TimeProvider.System,
            }, ct);
            if (code != 0)
            {
                throw new InvalidOperationException($"wya events replay ended with {code}: {errors}");
            }
        }
    }
}
