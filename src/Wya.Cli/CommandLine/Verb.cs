using System.CommandLine;

namespace Wya.Cli;

/// <summary>A command with examples of its use, which its help shows.</summary>
internal sealed class Verb(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>As typed: <c>wya projections list</c>.</summary>
    public string Path => Parents.OfType<Verb>().FirstOrDefault() is { } parent ? $"{parent.Path} {Name}" : Name;

    /// <summary>Those that do something, in the order of the help.</summary>
    public IEnumerable<Verb> Leaves() => Subcommands.Count == 0 ? [this] : Subcommands.OfType<Verb>().SelectMany(verb => verb.Leaves());
}
