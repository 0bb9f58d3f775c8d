using System.Globalization;

namespace Wya.Bench;

/// <summary>What to measure, for how long, and how to tell it.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        usage: bench [engine|identity|messaging|graph|presence|rooms|discovery|costs] [--json] [--only a,b,c] [--seconds N] [--rounds N] [--quick] [--write]

          --only      lines of the table, by letter
          --seconds   length of one round of one side (2)
          --rounds    rounds of each side, alternating (5)
          --quick     the whole table in under a minute; ratios are rougher
          --json      one object a line
          --write     also into bench/results
        """;

    /// <summary>Which table: <c>engine</c>, <c>identity</c>, <c>messaging</c>, <c>graph</c>, <c>presence</c>, <c>rooms</c>, <c>discovery</c> or <c>costs</c>.</summary>
    public string Table { get; init; } = "engine";

    public bool Json { get; init; }

    public bool Quick { get; init; }

    public bool Write { get; init; }

    /// <summary>What a thing takes in processor time, part by part: nothing beside it, and what follows the logs in a process of its own.</summary>
    public bool Alone => Table == "costs";

    public TimeSpan Round { get; init; } = TimeSpan.FromSeconds(2);

    public int Rounds { get; init; } = 5;

    public IReadOnlyList<string> Only { get; init; } = [];

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public bool Includes(string letter) => Only.Count == 0 || Only.Contains(letter);

    public static BenchOptions? Parse(string[] args)
    {
        // The engine's table may be left unnamed.
        int first = args is ["engine" or "identity" or "messaging" or "graph" or "presence" or "rooms" or "discovery" or "costs", ..] ? 1 : 0;
        var options = new BenchOptions { Arguments = args, Table = first == 1 ? args[0] : "engine" };
        for (int i = first; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--json":
                    options = options with { Json = true };
                    break;
                case "--write":
                    options = options with { Write = true };
                    break;
                case "--quick":
                    options = options with { Quick = true, Round = TimeSpan.FromMilliseconds(400), Rounds = 3 };
                    break;
                case "--only" when i + 1 < args.Length:
                    options = options with { Only = args[++i].Split(',', StringSplitOptions.RemoveEmptyEntries) };
                    break;
                case "--seconds" when i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out double seconds) && seconds > 0:
                    options = options with { Round = TimeSpan.FromSeconds(seconds) };
                    i++;
                    break;
                case "--rounds" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out int rounds) && rounds > 0:
                    options = options with { Rounds = rounds };
                    i++;
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
