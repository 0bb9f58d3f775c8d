using System.Globalization;

namespace Wya.Capacity;

/// <summary>One line of a committed table of <c>./dev bench costs</c>.</summary>
/// <param name="PerSecond">Or whatever its unit says.</param>
/// <param name="Costs">Microseconds of processor time that one took, by part of the system.</param>
internal sealed record Measurement(string Name, int Connections, double PerSecond, double? P50Milliseconds, IReadOnlyDictionary<string, double> Costs)
{
    public double Cost(string part) => Costs.GetValueOrDefault(part);

    /// <summary>Every line of the table, by its name; several where it was measured with several connections.</summary>
    public static ILookup<string, Measurement> Read(string table) => table.Split('\n')
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 12 && cells[3].Length > 0 && char.IsAsciiDigit(cells[3][0]))
        .Select(Of)
        .ToLookup(one => one.Name, StringComparer.Ordinal);

    private static Measurement Of(string[] cells)
    {
        // "(a) send, 32 connections": the number is not part of the name.
        string[] name = cells[1].Split(", ");
        bool isCounted = name[^1].EndsWith(" connections", StringComparison.Ordinal) || name[^1] == "1 connection";
        return new Measurement(
            isCounted ? string.Join(", ", name[..^1]) : cells[1],
            isCounted ? int.Parse(name[^1].Split(' ')[0], CultureInfo.InvariantCulture) : 1,
            Number(cells[3]),
            cells[8].Length > 0 ? Number(cells[8]) : null,
            cells[10].Split(", ", StringSplitOptions.RemoveEmptyEntries).ToDictionary(
                part => part[..part.LastIndexOf(' ')], part => Number(part[(part.LastIndexOf(' ') + 1)..]), StringComparer.Ordinal));
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
