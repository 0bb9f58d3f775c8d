using System.Globalization;
using System.Text;

namespace Wya.Capacity;

/// <summary>The tables of docs/explanation/capacity.md, as Markdown.</summary>
internal static class Tables
{
    private static readonly string[] Parts =
        ["program", "worker", "postgres identity", "postgres keys", "postgres graph", "postgres rooms", "postgres messaging", "postgres safety", "redis"];

    /// <summary>What each operation takes in a crowd, in microseconds of a processor.</summary>
    public static string Costs(Measured measured) => Table(
        ["one", .. Parts],
        Operation.All.Select(operation => (string[])[Title(operation), .. Parts.Select(part => measured.Cost(operation, part) is >= 0.5 and var cost ? Number(cost) : "")]));

    /// <summary>The measured points beside those that the simulation comes to.</summary>
    public static string Points(Measured measured) => Table(
        ["one", "connections", "measured /s", "simulated /s", "simulated ÷ measured", "measured p50 ms", "simulated p50 ms"],
        Compare(measured).Select(point => (string[])
        [
            point.Operation.Name, Number(point.Real.Connections), Number(point.Real.PerSecond), Number(point.Simulated.PerSecond), Ratio(point.Ratio),
            Milliseconds(point.Real.P50Milliseconds ?? 0), Milliseconds(point.Simulated.P50Milliseconds),
        ]));

    public static IEnumerable<(Operation Operation, Measurement Real, Simulated Simulated, double Ratio)> Compare(Measured measured) =>
        from operation in Operation.All
        from point in measured.Points(operation)
        let simulated = Simulation.OnOneMachine(measured[operation], point.Connections)
        select (operation, point, simulated, simulated.PerSecond / point.PerSecond);

    /// <summary>What so many people need.</summary>
    public static string Needs(Measured measured, Habits habits, params ReadOnlySpan<double> people)
    {
        Town[] towns = [.. people.ToArray().Select(count => new Town(count, habits, measured))];
        string[] Row(string name, Func<Town, double> value, Func<double, string>? text = null) => [name, .. towns.Select(town => (text ?? Number)(value(town)))];
        return Table(
            ["", .. towns.Select(town => $"{People(town.People)} people")],
            [
                Row("there at once, each with a live connection", town => town.Present),
                .. Operation.All.Select(operation => Row($"{Many(operation)}, a second", town => town.Rate(operation))),
                Row($"API processes, of {Town.ProcessorsOfProcess} processors", town => town.ApiProcesses),
                Row("processors that they use", town => Math.Ceiling(town.Processors("program"))),
                Row("memory of each for connections and the town", town => town.ApiBytes, Bytes),
                Row($"worker processes, of {Town.ProcessorsOfProcess} processors", town => town.WorkerProcesses),
                Row("sessions to each database, at most", town => town.SessionsOfDatabase),
                .. Parts.Where(part => part.StartsWith("postgres", StringComparison.Ordinal))
                    .Select(part => Row($"PostgreSQL of {part.Split(' ')[1]}, processors", town => Math.Ceiling(town.Processors(part)))),
                Row("partitions of messages", town => town.MessagingPartitions),
                Row("shards of Redis", town => town.RedisShards),
                Row("presence in Redis", town => town.PresenceBytes, Bytes),
                Row("messages kept, a year", town => town.MessageBytesAYear, Bytes),
                Row("write-ahead log of messages, a second", town => town.LogBytesASecond, Bytes),
            ]);
    }

    /// <summary>What cannot be had twice, by how many people fill it.</summary>
    public static string Walls(Measured measured, Habits habits)
    {
        const double people = 1e6;
        return Table(
            ["gives way", "at so many people"],
            new Town(people, habits, measured).Walls().OrderByDescending(wall => wall.Value).Select(wall => (string[])[Words(wall.Key), wall.Value < 1e-4 ? "beyond all" : People(people / wall.Value)]));
    }

    /// <summary>Puts a table in its place on a page: between <c>&lt;!-- NAME --&gt;</c> and <c>&lt;!-- end of NAME --&gt;</c>.</summary>
    public static string Put(string page, string name, string table)
    {
        string begin = $"<!-- {name} -->\n", end = $"<!-- end of {name} -->";
        int from = page.IndexOf(begin, StringComparison.Ordinal), to = page.IndexOf(end, StringComparison.Ordinal);
        return from < 0 || to < from
            ? throw new InvalidDataException($"The page has no place for {name}.")
            : string.Concat(page.AsSpan(0, from + begin.Length), table, page.AsSpan(to));
    }

    private static string Words(Wall wall) => wall switch
    {
        Wall.MessagesWriter => "the one writer of a log of messages",
        Wall.MessagesFollower => "the one process that follows a log of messages",
        Wall.MessagingServer => "the server of messaging",
        Wall.IdentityServer => "the server of identity",
        Wall.GraphServer => "the server of the graph",
        Wall.SafetyServer => "the server of safety",
        Wall.RoomsServer => "the server of rooms",
        Wall.Sessions => "sessions to a database",
        Wall.TownMemory => "the town in the memory of each API process",
        Wall.PresenceChannel => "a Redis for presence that is no cluster",
        _ => throw new InvalidOperationException($"Unknown wall {wall}."),
    };

    private static string Title(Operation operation) => operation == Operation.Heartbeat ? "a heartbeat, over the live connection" : operation.Name;

    private static string Many(Operation operation) =>
        operation == Operation.Discovery ? "discoveries" : operation == Operation.Heartbeat ? "heartbeats" : $"{operation.Name[2..]}s";

    private static string Table(string[] heads, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", heads).Append(" |\n| --- |").Append(string.Concat(Enumerable.Repeat(" ---: |", heads.Length - 1))).Append('\n');
        foreach (string[] row in rows)
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString(value is > 0 and < 10 && value != Math.Floor(value) ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string People(double count) => count >= 1e6
        ? string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:#,0.#} million")
        : count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Bytes(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        int unit = 0;
        for (; bytes >= 1_000 && unit < units.Length - 1; bytes /= 1_000)
        {
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {units[unit]}");
    }
}
