using System.Globalization;
using System.Text.Json.Nodes;

namespace Wya.Prove;

/// <summary>The figures of one run, in the order in which they are told; some must hold for the proof to hold.</summary>
internal sealed class Figures
{
    private readonly List<(string Name, double Value, string? Unmet)> figures = [];

    public bool Ok => figures.TrueForAll(figure => figure.Unmet is null);

    public IEnumerable<string> Unmet =>
        from figure in figures where figure.Unmet is not null select $"{figure.Name} is {Text(figure.Value)}, must be {figure.Unmet}";

    public void Note(string name, double value) => figures.Add((name, value, null));

    public void MustBe(string name, double value, double expected) =>
        figures.Add((name, value, value == expected ? null : Text(expected)));

    public void MustBeAtLeast(string name, double value, double least) =>
        figures.Add((name, value, value >= least ? null : $"at least {Text(least)}"));

    public void MustBeBelow(string name, double value, double bound) =>
        figures.Add((name, value, value < bound ? null : $"below {Text(bound)}"));

    public override string ToString() =>
        string.Join(" · ", figures.Select(figure => $"{(figure.Unmet is null ? "" : "!")}{figure.Name.Replace('_', ' ')} {Text(figure.Value)}"));

    public string ToJson(string proof)
    {
        var json = new JsonObject { ["proof"] = proof, ["ok"] = Ok };
        foreach ((string name, double value, _) in figures)
        {
            json[name] = Math.Round(value, 3);
        }

        return json.ToJsonString();
    }

    private static string Text(double value) =>
        value.ToString(value == Math.Floor(value) ? "N0" : "N1", CultureInfo.InvariantCulture);
}
