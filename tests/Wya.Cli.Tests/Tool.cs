using System.Text;
using System.Text.Json;
using Wya.Projections;

namespace Wya.Cli.Tests;

/// <summary>The tool in this process, with what it would find around it given to it and what it writes caught.</summary>
internal sealed class Tool(IReadOnlyList<DomainDefinition> domains, IReadOnlyDictionary<string, string> variables)
{
    private readonly StringBuilder output = new(), error = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public TimeSpan WorkerWait { get; init; } = TimeSpan.FromMinutes(5);

    public TextReader Input { get; init; } = TextReader.Null;

    public bool OutputIsTerminal { get; init; }

    /// <summary>What has been written to standard error so far, while a verb still runs.</summary>
    public string ErrorSoFar => error.ToString();

    public Surroundings Surroundings => new()
    {
        Domains = domains,
        Streams = StreamFold.All,
        Variable = name => variables.GetValueOrDefault(name),
        Input = Input,
        Output = TextWriter.Synchronized(new StringWriter(output)),
        Error = TextWriter.Synchronized(new StringWriter(error)),
        OutputIsTerminal = OutputIsTerminal,
        Clock = Clock,
        FollowEvery = TimeSpan.FromMilliseconds(10),
        WorkerWait = WorkerWait,
    };

    public static Task<Ran> Alone(params string[] arguments) =>
        new Tool(Domains.All, new Dictionary<string, string>()).Run(arguments, CancellationToken.None);

    public async Task<Ran> Run(string[] arguments, CancellationToken ct)
    {
        int exitCode = await CommandLine.Run(arguments, Surroundings, ct);
        return new Ran(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>What a run of the tool came to.</summary>
internal sealed record Ran(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Json => JsonElement.Parse(Output);

    public JsonElement[] JsonLines => [.. Lines.Select(line => JsonElement.Parse(line))];
}
