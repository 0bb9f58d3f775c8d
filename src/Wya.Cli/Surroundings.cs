using Wya.Projections;

namespace Wya.Cli;

/// <summary>Everything that a verb meets outside itself, so that a test can run the whole tool in its own process.</summary>
internal sealed record Surroundings
{
    public required IReadOnlyList<DomainDefinition> Domains { get; init; }

    /// <summary>The kinds of stream whose state can be shown.</summary>
    public required IReadOnlyList<StreamFold> Streams { get; init; }

    /// <summary>An environment variable's value, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>What a person types, where a verb asks for more.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Whether colours and progress bars reach a person.</summary>
    public required bool OutputIsTerminal { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>How often the state of a rebuild is looked up while it is followed.</summary>
    public TimeSpan FollowEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a rebuild may wait for a worker before that is mentioned.</summary>
    public TimeSpan WorkerWait { get; init; } = TimeSpan.FromSeconds(5);
}
