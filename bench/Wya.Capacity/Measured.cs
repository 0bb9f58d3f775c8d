namespace Wya.Capacity;

/// <summary>A committed table of costs, and the operations fitted to it.</summary>
internal sealed class Measured
{
    private readonly Dictionary<Operation, Fitted> fitted;
    private readonly ILookup<string, Measurement> lines;

    /// <param name="table">The text of <c>bench/results/costs-DATE.md</c>.</param>
    public Measured(string table)
    {
        lines = Measurement.Read(table);
        double flush = Figure("8 KiB written and flushed") * 1_000;
        fitted = Operation.All.ToDictionary(operation => operation, operation => Fitted.Of(operation, Points(operation), flush));
    }

    public Fitted this[Operation operation] => fitted[operation];

    public double MessageBytes => Figure("a message, in the databases");

    public double MessageLogBytes => Figure("a message, in write-ahead log");

    public double PresenceBytes => Figure("(c) memory of Redis for each of 100,000 people");

    public double ConnectionBytes => Figure("a live connection, in the program");

    public double TownBytes => Figure("(a) memory of a person among 100,000, with their friends");

    /// <summary>As measured, for each number of connections.</summary>
    public IReadOnlyList<Measurement> Points(Operation operation) => [.. lines[operation.Line].OrderBy(point => point.Connections)];

    /// <summary>Microseconds in a crowd, where most can be shared. People's heartbeats come over the connection that they hold.</summary>
    public double Cost(Operation operation, string part)
    {
        Measurement line = operation == Operation.Heartbeat ? lines["(b) heartbeats over WebSocket, 16 connections at a time, each of 200"].Single() : Points(operation)[^1];
        return line.Cost(part);
    }

    private double Figure(string line) => lines[line].SingleOrDefault()?.PerSecond
        ?? throw new InvalidDataException($"The table of costs has no line \"{line}\".");
}
